"""Bringing units and classes into the database, from a clerk's sheet or from the sample town."""

from sqlalchemy import text

from models.statement import Statement, Tx
from services.town import Town

FILLED = Statement(
    text(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM offering)"
        " OR EXISTS (SELECT 1 FROM org_unit WHERE code <> 'root')"
    )
)


def is_empty(tx: Tx) -> bool:
    """Whether neither a class nor a unit below the root was ever brought in."""
    return tx.one(FILLED) is None


def import_sample(tx: Tx, town: Town) -> int:
    """Bring the sample town in, by the way that every sheet takes; how many classes it has."""
    # sheets are read at most once in the life of a process, so what reads them is not loaded at start
    from services.importing.sample import fill

    return fill(tx, town)
