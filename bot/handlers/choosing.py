"""Another piece of the photo is meant: look at that one instead, in the same message."""

from bot.desk import AT_ONCE
from bot.handlers.verdicts import open_card
from bot.line import Speech
from bot.turn import Turn
from catalog.choices import Chosen, choose_cut_out
from catalog.tables import Queue
from catalog.watching import tell_again_if_settled


async def other_object(turn: Turn) -> None:
    """Queue the sighting again for the piece the button names; pressed twice it is queued once."""
    card = await open_card(turn)
    if card is None:
        return
    argument = turn.pressed.argument
    chosen = Chosen(
        sighting_id=card.id,
        number=int(argument) if argument.isascii() and argument.isdigit() else -1,
        message_id=turn.press.message_id if turn.press else None,
    )
    now = turn.desk.now()
    job_id = await turn.settle(lambda session: choose_cut_out(session, chosen, now=now))
    if job_id is None:
        await turn.toast(turn.plain("toast-at-it" if card.outcome is None else "press-old"))
        return
    await turn.toast(turn.plain("toast-at-it"))
    await turn.change_pressed(Speech(text=turn.say("looking-again")))
    # whoever sweeps may have been faster: then this line was written over the answer
    await turn.desk.write(lambda session: tell_again_if_settled(session, job_id))
    await turn.desk.ring(job_id, Queue.VISION, after=AT_ONCE)
