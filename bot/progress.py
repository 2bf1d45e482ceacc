"""Let people watch: edit the status messages of running jobs, at most once a second each.

One process at a time does this. A line may reach Telegram after the answer did; then the answer is
delivered again, by edit.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from telegram.error import NetworkError, TelegramError

from bot import line
from bot.desk import Desk
from bot.line import MessageGone, Place, Speech
from bot.messages import Html, Seconds
from bot.voice import Voice
from catalog.leaders import lead
from catalog.tables import JobKind
from catalog.watching import (
    WatchedJob,
    is_watched_no_more,
    searchable_parts,
    seconds_a_photo,
    tell_again_if_settled,
    watched_jobs,
)

_log = structlog.get_logger(__name__)

DEED = "progress"
LOOK_EVERY_S = 1.0
TERM = timedelta(seconds=10)
#: A group takes twenty messages a minute from a bot; answers must not wait for progress lines.
LOOKS_PER_EDIT_IN_GROUPS = 4
#: Telegram takes thirty calls a second of a bot; most must be left for answers.
EDITS_AT_ONCE = 8

_STAGES: Mapping[str, str] = {
    "preparing": "stage-preparing",
    "reading": "stage-reading",
    "cutting_out": "stage-cutting-out",
    "comparing": "stage-comparing",
    "rendering": "stage-rendering",
    "indexing": "stage-indexing",
    "parts": "stage-parts",
}


class Watch:
    """What each watched message shows now."""

    def __init__(self, desk: Desk, *, holder: str) -> None:
        self._desk = desk
        self._holder = holder
        self._shown: dict[int, Html] = {}
        self._looks = 0

    async def for_ever(self) -> None:
        """Edit until cancelled; trouble is waited out."""
        while True:
            try:
                await self.once()
            except SQLAlchemyError as error:
                _log.warning("progress_waits_for_database", cause=str(error))
            await asyncio.sleep(LOOK_EVERY_S)

    async def once(self) -> None:
        """Look at all watched jobs and edit what has changed."""
        jobs, parts, pace_s = await asyncio.to_thread(self._look)
        self._looks += 1
        self._shown = {job.id: self._shown[job.id] for job in jobs if job.id in self._shown}
        jobs.sort(key=lambda job: (job.stage is None, job.id))  # what is being done comes first
        edits = 0
        for job in jobs:
            voice = Voice(self._desk.messages, job.language)
            text = status_text(job, voice, parts=parts, pace_s=pace_s)
            if text is not None and text != self._shown.get(job.id) and self._may_edit(job):
                await self._show(job, text)
                edits += 1
            if edits == EDITS_AT_ONCE:
                return

    def _look(self) -> tuple[list[WatchedJob], int, float | None]:
        with self._desk.shop.database.transaction() as session:
            now = self._desk.now()
            if not lead(session, DEED, holder=self._holder, now=now, term=TERM):
                return [], 0, None
        with self._desk.shop.database.reading() as session:
            return _watched(session)

    def _may_edit(self, job: WatchedJob) -> bool:
        is_group = job.chat_id < 0
        return not is_group or self._looks % LOOKS_PER_EDIT_IN_GROUPS == 0

    async def _show(self, job: WatchedJob, text: Html) -> None:
        self._shown[job.id] = text
        try:
            await line.change(self._desk.bot, Place(job.chat_id, job.message_id), Speech(text=text))
        except (MessageGone, NetworkError):
            pass
        except TelegramError as error:
            _log.info("progress_not_shown", job_id=job.id, cause=str(error))
        if await self._desk.read(lambda session: is_watched_no_more(session, job.id)):
            await self._desk.write(lambda session: tell_again_if_settled(session, job.id))


def status_text(job: WatchedJob, voice: Voice, *, parts: int, pace_s: float | None) -> Html | None:
    """What a status message says now; None leaves it as it is."""
    if job.stage is None:
        return _waiting_text(job, voice, pace_s)
    sentence = _STAGES.get(job.stage)
    if sentence is None:
        return None
    return voice.say(sentence, done=job.done, total=job.total, parts=parts)


def _waiting_text(job: WatchedJob, voice: Voice, pace_s: float | None) -> Html | None:
    if not job.before:
        return None
    if job.kind is not JobKind.IDENTIFY:
        return voice.say("files-before", files=job.before)
    if pace_s is None:
        return voice.say("photos-before", photos=job.before)
    wait = Seconds(max(1.0, float(round(job.before * pace_s))))
    return voice.say("photos-before-about", photos=job.before, wait=wait)


def _watched(session: Session) -> tuple[list[WatchedJob], int, float | None]:
    jobs = watched_jobs(session)
    if not jobs:
        return [], 0, None
    return jobs, searchable_parts(session), seconds_a_photo(session)
