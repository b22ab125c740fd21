"""Which answers this process is sending just now; what else is open in the outbox is somebody else's."""


class OwnReplies:
    """Rows of the outbox under a lease of this process, each until its lease ends in elapsed seconds.

    Told by the sender in the event loop, asked by turns in the threads of the store.
    """

    __slots__ = ("_until",)

    def __init__(self) -> None:
        self._until: dict[int, float] = {}

    def add(self, row_id: int, until: float) -> None:
        """This process sends the row, and nobody else may before `until`."""
        self._until[row_id] = until

    def drop(self, row_id: int) -> None:
        """The row is done or was given back."""
        self._until.pop(row_id, None)

    def holds(self, row_id: int, now: float) -> bool:
        """Whether this process still has the row."""
        return self._until.get(row_id, 0.0) > now
