"""Files: what was uploaded or sent by a person, kept under an id and a download path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.botapi.refusals import DOWNLOAD_LIMIT, bad


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file: its ids, its name as sent, and its bytes."""

    file_id: str
    kind: str
    name: str
    mime: str
    content: bytes

    @property
    def unique_id(self) -> str:
        return f"u{self.file_id}"

    @property
    def path(self) -> str:
        suffix = self.name.rpartition(".")[2] if "." in self.name else "bin"
        safe = suffix if suffix.isascii() and suffix.isalnum() else "bin"
        return f"{self.kind}s/file_{self.file_id.rpartition('-')[2]}.{safe}"

    def short(self) -> dict[str, Any]:
        """The ids and the size, as every kind of media carries them."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.content)}

    def media(self) -> dict[str, Any]:
        """The JSON value of the message's field that is named like the kind."""
        match self.kind:
            case "document":
                return {"file_name": self.name, "mime_type": self.mime, **self.short()}
            case "voice":
                return {"duration": 3, "mime_type": self.mime, **self.short()}
            case "sticker":
                shape = {"type": "regular", "width": 512, "height": 512, "emoji": "👍"}
                return {**shape, "is_animated": False, "is_video": False, **self.short()}
        return self.short()

    def photo(self) -> list[dict[str, Any]]:
        """The JSON value of a message's `photo`: its sizes, smallest first."""
        return [{**self.short(), "width": 90, "height": 90}, {**self.short(), "width": 800, "height": 800}]


class Files:
    """All files the server knows."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def keep(self, kind: str, name: str, mime: str, content: bytes) -> StoredFile:
        """Stores bytes under a new file_id; raises 400 for an empty file."""
        if not content:
            raise bad("file must be non-empty")
        stored = StoredFile(f"BQAC{kind}-{len(self._by_id) + 1}", kind, name, mime, content)
        self._by_id[stored.file_id] = self._by_path[stored.path] = stored
        return stored

    def known(self, file_id: str, kind: str) -> StoredFile:
        """The file of this id and kind; raises 400 when there is none."""
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad("wrong file identifier/HTTP URL specified")
        if stored.kind != kind:
            raise bad(f"can't use file of type {stored.kind.title()} as {kind.title()}")
        return stored

    def describe(self, file_id: str) -> dict[str, Any]:
        """getFile's answer; raises 400 when unknown or above the 20 MB a bot may download."""
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if len(stored.content) > DOWNLOAD_LIMIT:
            raise bad("file is too big")
        return {**stored.short(), "file_path": stored.path}

    def at(self, path: str) -> StoredFile | None:
        """The file under a download path."""
        return self._by_path.get(path)
