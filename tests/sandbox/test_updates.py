import asyncio
import time

import pytest
from telegram.error import Conflict
from telegram.ext import ExtBot

from sandbox import Person, Sandbox
from tests.sandbox.conftest import AnyBot


async def test_an_update_is_handed_out_again_until_a_later_one_is_asked_for(
    bot: AnyBot, ana: Person, sandbox: Sandbox
) -> None:
    ana.sends_text("one")
    ana.sends_text("two")

    first = await bot.get_updates()
    again = await bot.get_updates(offset=first[0].update_id)
    rest = await bot.get_updates(offset=first[0].update_id + 1)

    assert [u.message.text for u in first if u.message] == ["one", "two"]
    assert [u.update_id for u in again] == [u.update_id for u in first]
    assert [u.message.text for u in rest if u.message] == ["two"]
    assert await bot.get_updates() == rest
    assert sandbox.unconfirmed_updates() == 1


async def test_a_waiting_poll_answers_as_soon_as_something_is_sent(
    bot: AnyBot, ana: Person, sandbox: Sandbox
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.to_thread(sandbox.waits_until_polled)
    began = time.monotonic()

    ana.sends_text("hello")
    updates = await poll

    assert len(updates) == 1
    assert time.monotonic() - began < 5


async def test_a_poll_without_news_ends_empty_when_its_time_is_up(bot: AnyBot) -> None:
    began = time.monotonic()

    assert await bot.get_updates(timeout=1) == ()
    assert time.monotonic() - began >= 1


async def test_a_second_poll_ends_the_first_with_a_conflict(bot: AnyBot, sandbox: Sandbox) -> None:
    twin: AnyBot = ExtBot(sandbox.token, base_url=sandbox.base_url)
    async with twin:
        first = asyncio.create_task(bot.get_updates(timeout=20))
        await asyncio.to_thread(sandbox.waits_until_polled)

        assert await twin.get_updates(timeout=0) == ()

        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first


async def test_a_negative_offset_keeps_only_the_newest(bot: AnyBot, ana: Person) -> None:
    for text in ("one", "two", "three"):
        ana.sends_text(text)

    newest = await bot.get_updates(offset=-1)

    assert [u.message.text for u in newest if u.message] == ["three"]
    assert await bot.get_updates() == newest


async def test_kinds_that_were_not_asked_for_never_come(bot: AnyBot, ana: Person) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])

    ana.sends_text("nobody listens")

    assert await bot.get_updates() == ()


async def test_limit_cuts_what_comes_at_once(bot: AnyBot, ana: Person) -> None:
    for number in range(5):
        ana.sends_text(str(number))

    assert len(await bot.get_updates(limit=2)) == 2


async def test_pending_updates_are_dropped_only_when_asked(
    bot: AnyBot, ana: Person, sandbox: Sandbox
) -> None:
    ana.sends_text("one")

    await bot.delete_webhook()
    kept = sandbox.unconfirmed_updates()
    await bot.delete_webhook(drop_pending_updates=True)

    assert (kept, sandbox.unconfirmed_updates()) == (1, 0)
