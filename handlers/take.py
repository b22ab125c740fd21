"""The unit of one turn: an update goes in, the dialogue, its effects and the answer rows come out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handlers import broadcast_count, broadcast_file
from handlers.broadcast_count import Counting
from handlers.dialogue import Dialogue, Outdated, dialogue_from_json
from handlers.incoming import Incoming, Kind
from handlers.other import lost
from handlers.prepare import LAST, line_of
from handlers.question import Question
from handlers.router import answer, answer_meaning
from handlers.turn import Speaker, Turn
from handlers.written import write
from models.statement import Row, Tx
from services import accounts, received
from services.arriving import Arrived, arrive
from services.broadcasting.counting import Counted
from services.enrolling.crowd import Crowd
from services.message import clean
from services.outbox import KEEP, Written, take_back
from services.texts import as_lang, texts_of
from services.town import Town
from services.understanding import Meaning

MOST_TEXT = 4096


@dataclass(frozen=True, slots=True)
class Taken:
    """What a turn came to: the answers as written, and the short word under a tapped button.

    `question` is for the language model, which is asked after the commit; its plain answer is held back.
    `lang` and `big` are what the person has chosen by now; empty and None for a duplicate.
    `counting`: how many an audience is, is to be counted, and brought by `take_count`.
    `fetches`: the file that came is wanted, and is to be brought by `take_file`.
    `brings`: with this turn they came to be somebody who sends files in.
    `renewed`: every cookie of the person was revoked, and the asking browser gets one of this epoch.
    """

    duplicate: bool = False
    written: tuple[Written, ...] = ()
    ack: str = ""
    searches: tuple[float, ...] = ()
    question: Question | None = None
    lang: str = ""
    big: bool | None = None
    fetches: bool = False
    brings: bool = False
    counting: Counting | None = None
    renewed: int | None = None


class Taking:
    """The unit of one turn, which begins together with the others of its transaction."""

    __slots__ = ("_arrived", "_crowd", "incoming", "town")

    def __init__(self, town: Town, incoming: Incoming) -> None:
        self.town, self.incoming = town, incoming
        self._arrived: Arrived | None = None
        self._crowd: Crowd | None = None

    @staticmethod
    def begin(tx: Tx, units: Sequence["Taking"]) -> Collection["Taking"]:
        """Record the updates of several and read who sent them; each is to be run in this transaction."""
        arrived = arrive(tx, units[0].town, [unit.incoming for unit in units])
        for unit, one in zip(units, arrived, strict=True):
            unit._arrived = one
        return ()

    @staticmethod
    def begin_in_line(tx: Tx, units: Sequence["Taking"]) -> Collection["Taking"]:
        """The same for taps at one class, which stand in its line: what they ask is asked together.

        Gives those that say nothing new, as most second taps: they are answered before the line is entered.
        """
        Taking.begin(tx, units)
        confirm: list[Taking] = []
        beside: list[Taking] = []
        for unit in units:
            one = unit._arrived
            if one is not None and one.row is not None and one.read:
                (confirm if one.new and _confirms(one.row) else beside).append(unit)
        if confirm or beside:
            crowd = Crowd(
                tx, line_of(units[0].incoming), [unit._person_id for unit in confirm],
                [unit._person_id for unit in beside], units[0].town.now(),
            )  # fmt: skip
            for unit in (*confirm, *beside):
                unit._crowd = crowd
        return beside

    @property
    def _person_id(self) -> int:
        assert self._arrived is not None
        return int(self._arrived.row.person_id)

    def __call__(self, tx: Tx) -> Taken:
        """Answer the update."""
        return take(tx, self.town, self.incoming, self._arrived, self._crowd)


def take(
    tx: Tx, town: Town, incoming: Incoming, arrived: Arrived | None = None, crowd: Crowd | None = None
) -> Taken:
    """Answer one update. An update that was taken in before changes nothing."""
    if arrived is None:
        arrived = arrive(tx, town, [incoming])[0]
    if not arrived.new:
        return Taken(duplicate=True)
    turn = _open(tx, town, incoming, arrived)
    turn.crowd = crowd
    if incoming.kind not in (Kind.BLOCKED, Kind.UNBLOCKED):
        answer(turn)
    return _close(turn)


def _confirms(row: Row) -> bool:
    """Whether somebody was asked for the last yes, so that a tap at a seat may be one."""
    try:
        return dialogue_from_json(row.state).step == LAST
    except Outdated:
        return False


def take_opinion(tx: Tx, town: Town, question: Question, meaning: Meaning | None) -> Taken | None:
    """Go on with what the language model understood, or give the plain answer now where that is nothing.

    None when the person said something else meanwhile, or has the plain answer already: then nothing changes.
    """
    incoming = question.incoming
    row = accounts.speaker(tx, incoming.platform, incoming.account)
    if row is None or row.person_id != question.person_id:
        return None
    try:
        state = dialogue_from_json(row.state)
    except Outdated:
        return None
    if state.asked.get("row") != question.row or not take_back(tx, question.row):
        return None
    turn = Turn(tx, town, incoming, _speaker(row, incoming), state)
    _move_on(turn)
    if meaning is None:
        lost(turn)
    else:
        answer_meaning(turn, meaning)
    return _close(turn)


def take_file(tx: Tx, town: Town, incoming: Incoming, content: bytes | None) -> Taken | None:
    """Go on with the bytes of a file that a turn wanted; None for those who are not known any more."""
    row = accounts.speaker(tx, incoming.platform, incoming.account)
    if row is None:
        return None
    try:
        state = dialogue_from_json(row.state)
    except Outdated:
        return None
    turn = Turn(tx, town, incoming, _speaker(row, incoming), state)
    broadcast_file.came(turn, content)
    return _close(turn)


def take_count(tx: Tx, town: Town, incoming: Incoming, row: int, counted: Counted) -> Taken | None:
    """Put what was counted into the message that waits for it; the dialogue goes on as it is."""
    person = accounts.speaker(tx, incoming.platform, incoming.account)
    if person is None:
        return None
    incoming = broadcast_count.in_place_of(incoming, tx, town, row)
    turn = Turn(tx, town, incoming, _speaker(person, incoming), Dialogue())
    broadcast_count.came(turn, row, counted)
    return Taken(written=write(turn, False))


def take_failed(tx: Tx, town: Town, incoming: Incoming) -> Taken:
    """Record an update whose handler raised, say so kindly, and keep the dialogue as it was."""
    if not received.record(tx, town, incoming.platform, incoming.bot, incoming.update_id, "failed"):
        return Taken(duplicate=True)
    row = accounts.speaker(tx, incoming.platform, incoming.account)
    if row is None:
        _welcome(tx, town, incoming)
        row = accounts.speaker(tx, incoming.platform, incoming.account)
    turn = Turn(tx, town, incoming, _speaker(row, incoming), Dialogue())
    turn.reply(texts_of(turn.lang)("other.failed"))
    return Taken(written=write(turn, along=False))


def _open(tx: Tx, town: Town, incoming: Incoming, arrived: Arrived) -> Turn:
    text, name = clean(incoming.text, MOST_TEXT + 1), clean(incoming.name, 60).strip()
    if text != incoming.text or name != incoming.name:
        incoming = replace(incoming, text=text, name=name)
    row = arrived.row
    if not arrived.read or tx.people_changed:
        row = accounts.speaker(tx, incoming.platform, incoming.account)
    new = row is None
    # one reading of the clock for all that a turn writes: every reading is turned into text
    now = town.now()
    if new:
        _welcome(tx, town, incoming)
        row = accounts.speaker(tx, incoming.platform, incoming.account)
    else:
        _note_presence(tx, now, incoming, row, arrived.seen and row is arrived.row)
    person = _speaker(row, incoming)
    before: list[int] = list(row.open_replies or ())
    try:
        turn = Turn(tx, town, incoming, person, dialogue_from_json(row.state), now)
    except Outdated:
        turn = Turn(tx, town, incoming, person, Dialogue(), now)
        turn.reply(turn.say("other.outdated"))
    turn.first_time = new
    if turn.state.asked:
        # whoever speaks again has moved on: what is said now is answered, and that answer stands for both
        held = int(turn.state.asked["row"])
        if take_back(tx, held):
            _move_on(turn)
            before = [one for one in before if one != -held]
        turn.state.asked = {}
    turn.open_before = before
    return turn


def _welcome(tx: Tx, town: Town, incoming: Incoming) -> None:
    lang = incoming.speaks or "zh"
    accounts.welcome(tx, town, incoming.platform, incoming.account, incoming.chat, lang)


def _move_on(turn: Turn) -> None:
    """The held answer was never shown, so the numbers of the one before go on to hold."""
    turn.state.choices = turn.state.asked["choices"]
    turn.state.asked = {}


def _note_presence(tx: Tx, now: datetime, incoming: Incoming, row: Row, seen: bool) -> None:
    wanted = "stopped" if incoming.kind is Kind.BLOCKED else "active"
    if row.account_state != wanted:
        tx.run(accounts.SET_STATE, account_id=row.account_id, new=wanted)
    if not seen and accounts.to_be_seen(row, incoming.chat, now):
        accounts.seen(tx, row, incoming.chat, now)


def _speaker(row: Row, incoming: Incoming) -> Speaker:
    return Speaker(
        person_id=row.person_id, account_id=row.account_id, platform=incoming.platform, name=row.name,
        lang=as_lang(row.lang), big=row.big, verified=row.verified, forget_at=row.forget_at,
    )  # fmt: skip


def _close(turn: Turn) -> Taken:
    # on PostgreSQL the dialogue is kept by the call that writes the last answer
    along = turn.tx.kind == "postgresql" and bool(turn.answers) and not turn.question
    written = write(turn, along)
    question = None
    if turn.question:
        row = turn.state.asked["row"] = written[-1].id
        written = written[:-1]
        asked = replace(turn.incoming, kind=Kind.TEXT, text=turn.question, tap="", message_id="")
        question = Question(asked, turn.person.person_id, row)
    if not along:
        turn.tx.run(
            KEEP, account_id=turn.person.account_id, dialogue=turn.state.to_json(), created_at=turn.now
        )
    return Taken(
        written=written, ack=turn.ack, searches=tuple(turn.searches), question=question,
        lang=turn.person.lang, big=turn.person.big, renewed=turn.renewed, fetches=turn.fetches,
        brings=turn.brings,
        counting=Counting(turn.counts, written[-1].id) if turn.counts else None,
    )  # fmt: skip
