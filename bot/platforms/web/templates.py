"""The templates of the pages, loaded with the first page: where all is on Telegram none is needed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from bot.platforms.web.assets import FOLDER

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


def rendered(name: str, **values: Any) -> str:
    """A page from its template, every value escaped."""
    return _environment().get_template(name).render(**values)


def qr_code(link: str) -> Markup:
    """The QR code of a link as SVG that stands within a page."""
    import segno
    from markupsafe import Markup

    drawn = segno.make(link, error="m", micro=False).svg_inline(omitsize=True, border=4)
    return Markup(drawn)  # noqa: S704


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, select_autoescape

    return Environment(
        loader=FileSystemLoader(FOLDER), autoescape=select_autoescape(default=True),
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
