"""Whether an enrolment day adds up, and its report."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial

from models.store import look_now
from services.roster import roster
from tests.system.enrolment_town import EnrolmentDay
from tests.system.town_days import Week
from tests.town import ZONE

CLASSES = "SELECT id, code, capacity, taken, status FROM offering ORDER BY id"
PLACES = "SELECT person_id, state, ended FROM enrolment WHERE offering_id = :id"
TWICE = (
    "SELECT person_id, offering_id FROM enrolment WHERE state IN ('waiting', 'offered', 'enrolled')"
    " GROUP BY person_id, offering_id HAVING count(*) > 1"
)
OFFERS = "SELECT state, made_at, expires_at FROM seat_offer"
WAKING, SLEEP = timedelta(hours=12), timedelta(hours=11)
# a card comes as two messages: the place on the map, and the text
SENT = (
    "SELECT count(*) + count(CASE WHEN h.place THEN 1 END) AS n"
    " FROM outgoing o JOIN heard h ON h.id = o.id WHERE o.state = 'sent'"
)
UNSURE = "SELECT state, count(*) AS n FROM outgoing WHERE state NOT IN ('sent', 'queued') GROUP BY state"


def places(week: Week) -> Counter[str]:
    """The rosters hold everybody who ever enrolled, once, and the counters of seats agree; all states."""
    states: Counter[str] = Counter()
    for row in week.sql(CLASSES):
        kept = week.sql(PLACES, id=row.id)
        listed = look_now(week.store, partial(roster, offering_id=row.id, zone=ZONE))
        enrolled = [one for one in listed if one["state"] not in ("applied", "pending")]
        assert Counter(one["state"] for one in enrolled) == Counter(one.state for one in kept), row.code
        # who let a seat lapse has a second row, and nobody a third
        again = Counter(one.person_id for one in kept)
        lapsed = Counter(one.person_id for one in kept if one.ended == "lapsed")
        assert all(n <= 1 + lapsed[who] and n <= 2 for who, n in again.items()), row.code
        assert row.capacity is None or row.taken <= row.capacity
        states.update(one.state for one in kept)
    assert week.sql(TWICE) == []
    return states


def moment(at: str | datetime) -> datetime:
    """An instant as each of the databases gives it."""
    return datetime.fromisoformat(at).replace(tzinfo=UTC) if isinstance(at, str) else at


def offers(week: Week) -> Counter[str]:
    """How offers ended; each stood for twelve hours of daytime, with the clock standing still at night."""
    made = week.sql(OFFERS)
    for row in made:
        begun, ends = (moment(at) for at in (row.made_at, row.expires_at))
        nights = (ends.astimezone(ZONE).date() - begun.astimezone(ZONE).date()).days
        assert 8 <= ends.astimezone(ZONE).hour < 21 and ends - begun == WAKING + nights * SLEEP, row
    evenings = {moment(row.made_at).astimezone(UTC).date() for row in made if row.state == "lapsed"}
    assert len(evenings) >= 2, "offers lapsed over two nights"
    return Counter(row.state for row in made)


def messages(day: EnrolmentDay) -> int:
    """What came into the chats since the witness was called is what the outbox has sent; how many."""
    arrived = sum(
        event.kind in ("sent", "edited") and event.message is not None and event.message.from_bot
        for person in day.week.api.people.values()
        for event in person.chat.log[day.before[person.user_id] :]
    )
    sent = int(day.week.sql(SENT)[0].n)
    assert arrived == sent, (arrived, sent, day.week.sql(UNSURE))
    return sent


def report(day: EnrolmentDay, drawn: Counter[str], held: int) -> str:
    """What the day came to, once it has been seen to add up."""
    week = day.week
    states, ended = places(week), offers(week)
    holding = sum(row.taken for row in week.sql(CLASSES))
    assert holding == states["enrolled"] + states["offered"]
    cancelled = sum(row.status == "cancelled" for row in week.sql(CLASSES))
    rows = (
        ("people", len(day.people)),
        ("taps and words", sum(one.acts for one in day.people)),
        ("ever in a class", sum(states.values())),
        ("enrolled", states["enrolled"]),
        ("waiting", states["waiting"]),
        ("with an offer", states["offered"]),
        ("withdrawn", states["withdrawn"]),
        ("offers made", sum(ended.values())),
        *((f"· {state}", n) for state, n in sorted(ended.items())),
        ("drawn", drawn["won"]),
        ("not drawn", drawn["lost"]),
        ("classes cancelled", cancelled),
        ("messages told", messages(day)),
        ("· held against the rows", held),
    )
    return "\n".join(f"{name:26}{n:8,}" for name, n in rows)
