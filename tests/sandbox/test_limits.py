import asyncio

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from sandbox import Limits, Person, Sandbox, TroubleKind
from tests.sandbox.conftest import AnyBot, FakeClock

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("Right", callback_data="r")]])


async def test_ordered_429_tells_how_long_to_wait_and_then_stops(
    bot: AnyBot, ana: Person, sandbox: Sandbox
) -> None:
    sandbox.orders_trouble(
        TroubleKind.TOO_MANY_REQUESTS, calls=2, methods=["sendMessage"], retry_after_s=7
    )

    await bot.send_chat_action(11, "typing")
    for _ in range(2):
        with pytest.raises(RetryAfter) as refusal:
            await bot.send_message(11, "hello")
        assert refusal.value.retry_after.total_seconds() == 7  # type: ignore[union-attr]
    await bot.send_message(11, "hello")

    assert [m.text for m in ana.from_bot()] == ["hello"]
    assert [c.status for c in sandbox.calls("sendMessage")] == [429, 429, 200]


async def test_an_ordered_server_error_changes_nothing(
    bot: AnyBot, ana: Person, sandbox: Sandbox
) -> None:
    sandbox.orders_trouble(TroubleKind.SERVER_ERROR)

    with pytest.raises(TelegramError, match="Internal Server Error"):
        await bot.send_message(11, "hello")

    assert ana.messages() == ()


@pytest.mark.parametrize(
    ("kind", "arrived"), [(TroubleKind.CUT_BEFORE, 0), (TroubleKind.CUT_AFTER, 1)]
)
async def test_a_cut_connection_hides_whether_the_message_arrived(
    bot: AnyBot, ana: Person, sandbox: Sandbox, kind: TroubleKind, arrived: int
) -> None:
    sandbox.orders_trouble(kind, methods=["sendMessage"])

    with pytest.raises(NetworkError) as failure:
        await bot.send_message(11, "hello")

    assert not isinstance(failure.value, BadRequest)
    assert len(ana.from_bot()) == arrived


async def test_trouble_leaves_the_poll_alone_unless_it_is_named(
    bot: AnyBot, ana: Person, sandbox: Sandbox
) -> None:
    sandbox.orders_trouble(TroubleKind.SERVER_ERROR)
    ana.sends_text("hello")

    assert len(await bot.get_updates()) == 1

    sandbox.clears_troubles()
    sandbox.orders_trouble(TroubleKind.SERVER_ERROR, methods=["getUpdates"])
    with pytest.raises(TelegramError, match="Internal Server Error"):
        await bot.get_updates()


async def test_a_strict_chat_takes_one_message_a_second(clock: FakeClock) -> None:
    strict = Limits(chat_burst=2, chat_per_s=1.0)
    with Sandbox.start(limits=strict, clock=clock) as sandbox:
        sandbox.person(user_id=11, name="Ana").is_acquainted()
        sandbox.person(user_id=12, name="Bruno").is_acquainted()
        made: AnyBot = ExtBot(sandbox.token, base_url=sandbox.base_url)
        async with made as bot:
            first = await bot.send_message(11, "one")
            await first.edit_text("two")
            with pytest.raises(RetryAfter):
                await bot.send_message(11, "three")
            await bot.send_message(12, "another chat")
            clock.advance(1.5)
            await bot.send_message(11, "three")


async def test_a_button_pressed_too_long_ago_cannot_be_answered(clock: FakeClock) -> None:
    with Sandbox.start(clock=clock) as sandbox:
        ana = sandbox.person(user_id=11, name="Ana").is_acquainted()
        made: AnyBot = ExtBot(sandbox.token, base_url=sandbox.base_url)
        async with made as bot:
            await bot.send_message(11, "Bracket?", reply_markup=KEYS)
            ana.taps(ana.waits_for("Bracket"), "Right")
            (update,) = await bot.get_updates(timeout=5)
            assert update.callback_query is not None

            clock.advance(16)

            with pytest.raises(BadRequest) as refusal:
                await update.callback_query.answer("late")
    assert str(refusal.value) == (
        "Query is too old and response timeout expired or query id is invalid"
    )


async def test_a_held_call_takes_effect_when_it_is_let_go(
    bot: AnyBot, ana: Person, sandbox: Sandbox
) -> None:
    with sandbox.holds("sendMessage") as gate:
        sending = asyncio.create_task(bot.send_message(11, "hello"))
        assert await asyncio.to_thread(gate.waits_until_reached)
        await bot.send_chat_action(11, "typing")
        assert ana.messages() == ()

    await sending
    assert [m.text for m in ana.messages()] == ["hello"]


async def test_a_held_call_whose_caller_died_never_happens(
    bot: AnyBot, ana: Person, sandbox: Sandbox
) -> None:
    doomed: AnyBot = ExtBot(sandbox.token, base_url=sandbox.base_url)
    with sandbox.holds("sendMessage") as gate:
        async with doomed:
            sending = asyncio.create_task(doomed.send_message(11, "from beyond"))
            assert await asyncio.to_thread(gate.waits_until_reached)
            sending.cancel()
        await bot.send_chat_action(11, "typing")

    await bot.send_message(11, "alive")
    assert [m.text for m in ana.everything()] == ["alive"]
