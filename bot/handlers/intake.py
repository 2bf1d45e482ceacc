"""An admin sends parts: the file is taken on, and what nobody owns is asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.desk import AT_ONCE, DOWNLOAD_BYTES
from bot.line import FileTooBig, Speech, download
from bot.messages import Html, clipped
from bot.reading import part_file_in
from bot.summaries import FILE_UNITS
from bot.turn import Turn
from catalog.cards import line_card
from catalog.file_albums import ALBUM, caption_of_album, share_caption
from catalog.files import FileKey
from catalog.jobs import NewJob, hold_job, queue_job
from catalog.orders import find_or_add_customer, set_customer
from catalog.tables import Customer, JobKind, Queue

MEGABYTE = 1_000_000
NAME_CHARACTERS = 200
CUSTOMER_CHARACTERS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """A part file with the words under it, perhaps one of several sent together.

    Attributes:
        batch: the name of the build plate that its parts are; None: it is none.
    """

    name: str
    caption: str
    album: str | None
    batch: str | None = None


async def part_file(turn: Turn, *, batch: str | None = None) -> None:
    """Take a part file on: from here on it is answered, whatever happens to this process.

    As a batch its parts are one build plate's, and nothing is ordered.
    """
    file = None if turn.message is None else part_file_in(turn.message)
    if turn.message is None or file is None:
        return
    limit = turn.desk.rules.download_bytes
    if limit is not None and file.size_bytes > limit:
        await turn.reply(_too_large(turn, file.name))
        return
    caption = "" if batch else turn.message.caption or ""
    album = None if batch else turn.message.media_group_id
    sent = _Sent(name=file.name, caption=caption, album=album, batch=batch)
    status_id = await turn.open_status(
        turn.say("reading-file", file=clipped(file.name, FILE_UNITS)), reply_to=turn.message_id
    )
    await turn.show_life()
    try:
        key = await turn.desk.keep(await download(turn.desk.bot, file.file_id))
    except FileTooBig:
        await turn.close_status(_too_large(turn, file.name))
        return
    job_id = await turn.settle(lambda session: _take_on(session, turn, sent, key, status_id))
    pause = AT_ONCE if sent.album is None else turn.desk.rules.album_pause
    await turn.desk.ring(job_id, Queue.CATALOG, after=pause)


async def part_file_from_worker(turn: Turn) -> None:
    """Workers cannot add parts; say who can."""
    if turn.chat.is_private:
        await turn.reply(turn.say("admins-only-parts"))


async def whose(turn: Turn) -> None:
    """A customer's button: everything of that file that nobody owned is theirs."""
    customer_id = int(turn.pressed.argument) if turn.pressed.argument.isdigit() else 0

    def claim(session: Session) -> tuple[str, int] | None:
        customer = session.get(Customer, customer_id)
        if customer is None:
            return None
        return customer.name, give_to(session, turn.pressed.id, customer_id)

    claimed = await turn.settle(claim)
    if claimed is None:
        await turn.toast(turn.plain("press-old"))
        return
    await _told(turn, *claimed)


async def someone_new(turn: Turn) -> None:
    """The next text is the customer's name."""
    await turn.ask("customer", {"job_id": turn.pressed.id}, turn.say("ask-customer"))


async def customer(turn: Turn) -> None:
    """The name of somebody new."""
    name = " ".join(turn.words.split())
    if not name or len(name) > CUSTOMER_CHARACTERS:
        await turn.insist("customer", turn.say("name-unusable", limit=CUSTOMER_CHARACTERS))
        return
    job_id = int(turn.answers["job_id"])

    def claim(session: Session) -> int:
        return give_to(session, job_id, find_or_add_customer(session, name))

    lines = await turn.settle_answer(claim)
    await turn.reply(_claimed(turn, name, lines))


def _too_large(turn: Turn, name: str) -> Html:
    limit = (turn.desk.rules.download_bytes or DOWNLOAD_BYTES) // MEGABYTE
    return turn.say("file-too-large", file=clipped(name, FILE_UNITS), limit_mb=limit)


def unclaimed(session: Session, line_ids: Sequence[int]) -> list[int]:
    """Those of these order lines that still belong to nobody."""
    cards = [line_card(session, line_id) for line_id in line_ids]
    return [card.id for card in cards if card is not None and card.customer is None]


def give_to(session: Session, job_id: int, customer_id: int) -> int:
    """Give what a file brought and nobody owns to a customer; how many lines."""
    facts = hold_job(session, job_id).facts
    lines = unclaimed(session, facts.get("unclaimed", []))
    for line_id in lines:
        set_customer(session, line_id, customer_id)
    return len(lines)


async def _told(turn: Turn, name: str, lines: int) -> None:
    await turn.toast(turn.plain("toast-whose", customer=name) if lines else turn.plain("press-old"))
    if lines:
        await turn.change_pressed(Speech(text=_claimed(turn, name, lines)))


def _claimed(turn: Turn, name: str, lines: int) -> Html:
    return turn.say("claimed" if lines else "claimed-already", customer=name, parts=lines)


def _take_on(session: Session, turn: Turn, sent: _Sent, key: FileKey, status_id: int) -> int:
    now = turn.desk.now()
    facts = {"file_key": key, "file_name": sent.name[:NAME_CHARACTERS], "caption": sent.caption}
    if sent.batch is not None:
        facts["batch"] = sent.batch
    not_before = None
    if sent.album is not None:
        not_before = now + turn.desk.rules.album_pause
        facts |= {ALBUM: sent.album, "caption": _shared_caption(session, turn, sent, not_before)}
    job = NewJob(
        kind=JobKind.RECEIVE,
        facts=facts,
        person_id=turn.person.id,
        chat_id=turn.chat.id,
        status_message_id=status_id,
        not_before=not_before,
    )
    return queue_job(session, job, now=now)


def _shared_caption(session: Session, turn: Turn, sent: _Sent, wait_until: datetime) -> str:
    """Words under one of several files go with all of them."""
    album = str(sent.album)
    if not sent.caption:
        return caption_of_album(session, chat_id=turn.chat.id, album=album)
    share_caption(
        session, chat_id=turn.chat.id, album=album, caption=sent.caption, wait_until=wait_until
    )
    return sent.caption
