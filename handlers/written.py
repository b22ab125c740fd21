"""The answers of a turn become rows of the outbox, and their buttons get the numbers that may be typed."""

from handlers.turn import Turn
from services.message import Message
from services.outbox import Written, post_reply
from services.second_opinion import HOLD_SECONDS


def write(turn: Turn, along: bool) -> tuple[Written, ...]:
    """Write the answers; with `along` the last of them takes the dialogue with it."""
    messages = _numbered(turn)
    last = len(messages) - 1
    return tuple(
        post_reply(
            turn.tx, turn.town, turn.address, message,
            now=turn.now, lasting=made.lasting, subject=made.subject, secret=made.secret,
            edit_of=turn.incoming.message_id if made.edit else "",
            hold_seconds=HOLD_SECONDS if made.held else 0.0,
            open_before=turn.open_before,
            dialogue=turn.state.to_json() if along and at == last else None,
        )
        for at, (made, message) in enumerate(zip(turn.answers, messages, strict=True))
    )  # fmt: skip


def _numbered(turn: Turn) -> list[Message]:
    """The answers with their buttons numbered on from one to the next, which is what a number typed means."""
    # where the numbers of what was shown before hold, new buttons come after them
    kept = turn.state.choices if turn.keeps_choices else {}
    standing = {action: int(number) for number, (_, action) in kept.items() if number.isdigit()}
    number = max(standing.values(), default=0) + 1
    messages = []
    choices = dict(kept)
    for made in turn.answers:
        message = made.message.numbered(number, standing)
        if made.held:
            # until this is shown the numbers of what was shown before it hold
            turn.state.asked = {"choices": dict(choices) or turn.state.choices}
        for button in message.buttons():
            if button.action:
                said = str(button.number)
                choices[said] = kept.get(said) or [button.label, button.action]
                number = max(number, button.number + 1)
        for button in made.spoken:
            choices[button.label] = [button.label, button.action]
        messages.append(message)
    if turn.answers:
        turn.state.choices = choices
    return messages
