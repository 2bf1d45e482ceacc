"""/health: queues, the longest wait, what was given up with a button to try again, the disk."""

import asyncio
import shutil
from pathlib import Path

from bot.buttons import Keyboard, button
from bot.complaints import given_up
from bot.line import Speech
from bot.messages import Html, Seconds, clipped
from bot.turn import Turn
from bot.voice import Voice, paragraph
from catalog.health import GivenUp, Health, QueueHealth, health
from catalog.jobs import QUEUE_OF, retry_given_up
from catalog.tables import Queue

GIVEN_UP_SHOWN = 5
DETAIL_UNITS = 160
ABOUT_UNITS = 60
GIGABYTE = 1_000_000_000
_QUEUE_NAMES = {Queue.VISION: "queue-vision", Queue.CATALOG: "queue-catalog"}


async def report(turn: Turn) -> None:
    """How the shop is doing."""
    speech = await _speech(turn)
    await turn.reply(speech.text, keyboard=speech.keyboard)


async def retry(turn: Turn) -> None:
    """Queue a given-up job anew."""
    job_id = turn.pressed.id
    found = await turn.desk.read(
        lambda session: health(session, now=turn.desk.now(), limit=GIVEN_UP_SHOWN)
    )
    kind = next((each.kind for each in found.given_up if each.job_id == job_id), None)
    again = await turn.settle(lambda session: retry_given_up(session, job_id, now=turn.desk.now()))
    await turn.toast(turn.plain("toast-retried" if again else "toast-not-given-up"))
    if again and kind is not None:
        await turn.desk.ring(job_id, QUEUE_OF[kind])
    await turn.change_pressed(await _speech(turn))


async def _speech(turn: Turn) -> Speech:
    seen = await turn.desk.read(
        lambda session: health(session, now=turn.desk.now(), limit=GIVEN_UP_SHOWN)
    )
    free = await asyncio.to_thread(_disk_free_bytes, turn.desk.shop.files.folder)
    voice = Voice(turn.desk.messages, turn.language)
    text = paragraph(
        turn.say("health-parts", parts=seen.parts_ready),
        *[_queue_line(each, voice) for each in seen.queues],
        turn.say(
            "health-outbox",
            updates=max(0, seen.updates_waiting - 1),  # this one is being read
            deliveries=seen.deliveries_waiting,
        ),
        turn.say("health-disk", free_gb=round(free / GIGABYTE, 1)) if free is not None else None,
        turn.say("health-failed-updates", updates=seen.updates_failed)
        if seen.updates_failed
        else None,
        *_given_up_lines(seen, voice),
    )
    return Speech(text=text, keyboard=_retries(turn, seen))


def _queue_line(queue: QueueHealth, voice: Voice) -> Html:
    line = voice.say(
        "health-queue",
        queue=voice.say(_QUEUE_NAMES[queue.queue]),
        waiting=queue.waiting,
        running=queue.running,
    )
    if queue.oldest_waiting is None:
        return line
    wait = Seconds(queue.oldest_waiting.total_seconds())
    return Html(f"{line} {voice.say('health-oldest', wait=wait)}")


def _given_up_lines(seen: Health, voice: Voice) -> list[Html]:
    if not seen.given_up_total:
        return [voice.say("health-none-given-up")]
    head = voice.say("health-given-up", jobs=seen.given_up_total)
    return [head, *[_given_up_line(each, voice) for each in seen.given_up]]


def _given_up_line(job: GivenUp, voice: Voice) -> Html:
    return voice.say(
        "health-job",
        id=str(job.job_id),
        kind=voice.say(f"job-{job.kind.value}"),
        about=clipped(job.about, ABOUT_UNITS),
        when=job.settled_at,
        why=given_up(job.reason, voice),
        detail=clipped(job.detail, DETAIL_UNITS),
    )


def _retries(turn: Turn, seen: Health) -> Keyboard:
    return tuple(
        (
            button(
                turn.plain("button-retry", id=str(each.job_id)),
                turn.seal.data("retry", each.job_id, chat_id=turn.chat.id),
            ),
        )
        for each in seen.given_up
    )


def _disk_free_bytes(folder: Path | None) -> int | None:
    """Room beside the files; None where they lie in a bucket."""
    if folder is None:
        return None
    there = next((each for each in (folder, *folder.parents) if each.exists()), None)
    return None if there is None else shutil.disk_usage(there).free
