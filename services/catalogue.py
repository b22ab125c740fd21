"""The read model of the catalogue: built from the database at start, kept up by numbered changes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.types import Integer

from models.catalogue import catalogue_change, class_session, course, offering, org_unit, venue
from models.operations import counter
from models.statement import Row, Statement, Tx, insert_into
from services.search.index import CatalogueIndex
from services.search.record import CatalogueRecord
from services.town import Catalogue
from services.understanding.lexicon import Lexicon

Records = list[CatalogueRecord]
NAME = "catalogue"
ADD_COUNTER = Statement(
    text("INSERT INTO counter (name, value) VALUES (:name, 0) ON CONFLICT DO NOTHING").bindparams(name=NAME)
)
# one row for everybody, so numbers become visible in the order in which they were given
TAKE_NUMBERS = Statement(
    update(counter)
    .where(counter.c.name == NAME)
    .values(value=counter.c.value + bindparam("n", type_=Integer()))
    .returning(counter.c.value)
)
LAST_NUMBER = Statement(select(counter.c.value).where(counter.c.name == NAME))
ADD_CHANGE = insert_into(catalogue_change, "number", "offering_id", "at", returning=None)
CHANGE = Statement(
    select(catalogue_change.c.offering_id, catalogue_change.c.at).where(
        catalogue_change.c.number == bindparam("number")
    )
)
CHANGES = Statement(
    select(catalogue_change.c.number, catalogue_change.c.offering_id)
    .where(catalogue_change.c.number > bindparam("after"))
    .order_by(catalogue_change.c.number)
    .limit(5000)
)

_records = (
    select(
        offering.c.id, offering.c.code, offering.c.form, offering.c.description, offering.c.teacher,
        offering.c.audience, offering.c.online, offering.c.fee_fen, offering.c.min_age, offering.c.max_age,
        offering.c.first_start, offering.c.enrol_opens, offering.c.enrol_closes, offering.c.status,
        course.c.title, course.c.category, org_unit.c.name.label("school"), org_unit.c.path,
        venue.c.name.label("venue"), venue.c.address, venue.c.district, venue.c.latitude, venue.c.longitude,
    )
    .join_from(offering, course, course.c.id == offering.c.course_id)
    .join(org_unit, org_unit.c.id == offering.c.unit_id)
    .outerjoin(venue, venue.c.id == offering.c.venue_id)
)  # fmt: skip
_meetings = select(class_session.c.offering_id, class_session.c.starts_at, class_session.c.ends_at).where(
    class_session.c.state == "planned"
)
# a class whose enrolment has closed cannot be joined and needs no place in the index
_open = (offering.c.enrol_closes > bindparam("now"), offering.c.status == "open")
PAGE = 200
SOME_RECORDS = Statement(
    _records.where(offering.c.id > bindparam("after"), *_open).order_by(offering.c.id).limit(PAGE)
)
SOME_MEETINGS = Statement(
    _meetings.join(offering, offering.c.id == class_session.c.offering_id).where(
        class_session.c.offering_id > bindparam("after"),
        class_session.c.offering_id <= bindparam("up_to"),
        *_open,
    )
)
ONE_RECORD = Statement(_records.where(offering.c.id == bindparam("id")))
ONE_MEETINGS = Statement(_meetings.where(class_session.c.offering_id == bindparam("id")))


def load_catalogue(tx: Tx, zone: ZoneInfo, now: datetime) -> Catalogue:
    """Build index and lexicon in memory from every class that can still be joined, in one transaction."""
    number = last_change(tx)
    index = CatalogueIndex(Lexicon())
    index.build(every_record(lambda unit: unit(tx), zone, now))
    return Catalogue(index=index, lexicon=index.lexicon, number=number)


def every_record(
    look: Callable[[Callable[[Tx], list[CatalogueRecord]]], list[CatalogueRecord]],
    zone: ZoneInfo,
    now: datetime,
) -> Iterator[CatalogueRecord]:
    """Return every class that can still be joined, a page for each `look`, so that none of them is long."""
    after = 0
    while page := look(lambda tx: some_records(tx, after, zone, now)):  # noqa: B023 (it is run at once)
        yield from page
        after = page[-1].offering_id


def some_records(tx: Tx, after: int, zone: ZoneInfo, now: datetime) -> list[CatalogueRecord]:
    """The next page of classes that can still be joined, by their ids."""
    rows = tx.all(SOME_RECORDS, after=after, now=now)
    if not rows:
        return []
    meetings: dict[int, list[Row]] = defaultdict(list)
    for row in tx.all(SOME_MEETINGS, after=after, up_to=rows[-1].id, now=now):
        meetings[row.offering_id].append(row)
    return [_record(row, meetings[row.id], zone) for row in rows]


def last_change(tx: Tx) -> int:
    """The number of the newest change."""
    row = tx.one(LAST_NUMBER)
    return int(row.value) if row else 0


def changes_since(tx: Tx, number: int, zone: ZoneInfo) -> tuple[int, list[CatalogueRecord], list[int]]:
    """What changed after `number`: the new number, records as they are now, ids that are gone."""
    changed: dict[int, int] = {row.offering_id: row.number for row in tx.all(CHANGES, after=number)}
    records, removed = [], []
    for offering_id in changed:
        row = tx.one(ONE_RECORD, id=offering_id)
        if row is None:
            removed.append(offering_id)
        else:
            records.append(_record(row, tx.all(ONE_MEETINGS, id=offering_id), zone))
    return max(changed.values(), default=number), records, removed


class News(NamedTuple):
    """What is new up to a change's number; `mark` is what the database says of that change."""

    number: int
    mark: str
    records: list[CatalogueRecord]
    removed: list[int]


def news_since(tx: Tx, number: int, zone: ZoneInfo) -> News:
    """What changed after `number`, with the mark by which a kept index knows its database again."""
    last, records, removed = changes_since(tx, number, zone)
    return News(last, mark_of(tx, last), records, removed)


def mark_of(tx: Tx, number: int) -> str:
    """What tells a change from another of the same number; empty when there is none of this number."""
    row = tx.one(CHANGE, number=number)
    return f"{row.offering_id} {row.at.isoformat()}" if row else ""


def apply_changes(
    catalogue: Catalogue, number: int, records: list[CatalogueRecord], removed: list[int], mark: str = ""
) -> None:
    """Bring the read model up to `number`, and what is kept of it on a disk."""
    if records or removed:
        catalogue.index.apply(records, removed)
    catalogue.number = number
    if catalogue.keeper is not None:
        catalogue.keeper.keep(number, mark, records)


def note_changes(tx: Tx, offering_ids: Iterable[int], now: datetime) -> None:
    """Number the change of these classes, in the transaction that changes them."""
    ids = list(offering_ids)
    if not ids:
        return
    tx.run(ADD_COUNTER)
    last = tx.one(TAKE_NUMBERS, n=len(ids)).value
    for number, offering_id in enumerate(ids, last - len(ids) + 1):
        tx.run(ADD_CHANGE, number=number, offering_id=offering_id, at=now)


def _record(row: Row, meetings: list[Row], zone: ZoneInfo) -> CatalogueRecord:
    slots, dates = set(), set()
    for meeting in meetings:
        starts, ends = meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
        slots.add((starts.weekday(), starts.hour * 60 + starts.minute, ends.hour * 60 + ends.minute))
        dates.add(starts.date().toordinal())
    return CatalogueRecord(
        offering_id=row.id, code=row.code, title=row.title, category=row.category, form=row.form,
        description=row.description, school=row.school, unit_path=row.path, district=row.district or "",
        venue=row.venue or "", address=row.address or "", latitude=row.latitude, longitude=row.longitude,
        teacher=row.teacher, audience=tuple(word for word in row.audience.split("、") if word),
        fee_fen=row.fee_fen, min_age=row.min_age, max_age=row.max_age, online=bool(row.online),
        slots=tuple(sorted(slots)), dates=tuple(sorted(dates)), first_start=row.first_start,
        enrol_opens=row.enrol_opens, enrol_closes=row.enrol_closes,
        cancelled=row.status != "open",
    )  # fmt: skip
