import asyncio
import threading

import pytest

from sandbox import NeverHappened, Person
from tests.sandbox.conftest import AnyBot


async def test_waiting_ends_at_the_edit_that_fits(bot: AnyBot, ana: Person) -> None:
    status = await bot.send_message(11, "Looking…")
    waiting = asyncio.create_task(asyncio.to_thread(ana.waits_for, "Bracket"))

    await status.edit_text("Comparing…")
    await status.edit_text("Bracket M4")

    assert (await waiting).texts == ["Looking…", "Comparing…", "Bracket M4"]


async def test_waiting_in_vain_shows_what_the_chat_looks_like_instead(
    bot: AnyBot, ana: Person
) -> None:
    ana.sends_text("/whois")
    await bot.send_message(11, "Send me a photo first")

    with pytest.raises(NeverHappened) as failure:
        ana.waits_for("Bracket", timeout_s=0.05)

    assert str(failure.value) == (
        "a message with 'Bracket' did not happen within 0.05 s; the chat:\n"
        "#1 Ana: /whois\n"
        "#2 Whoseprint: Send me a photo first"
    )


async def test_what_came_before_does_not_count_as_an_answer(bot: AnyBot, ana: Person) -> None:
    await bot.send_message(11, "Bracket M4")
    asked = ana.sends_text("/whois")
    await bot.send_message(11, "Bracket M5")

    assert [m.text for m in ana.after(asked)] == ["Bracket M5"]
    assert ana.waits_for("Bracket", after=asked).text == "Bracket M5"


async def test_many_people_wait_at_once(bot: AnyBot, ana: Person, bruno: Person) -> None:
    found: list[str] = []
    waiting = [
        threading.Thread(target=lambda p=person: found.append(p.waits_for("hello").text))
        for person in (ana, bruno)
        for _ in range(3)
    ]
    for thread in waiting:
        thread.start()

    await bot.send_message(ana.chat_id, "hello Ana")
    await bot.send_message(bruno.chat_id, "hello Bruno")
    for thread in waiting:
        await asyncio.to_thread(thread.join, 10)

    assert sorted(found) == ["hello Ana"] * 3 + ["hello Bruno"] * 3


async def test_a_message_in_hand_does_not_change_under_the_reader(bot: AnyBot, ana: Person) -> None:
    status = await bot.send_message(11, "one")
    in_hand = ana.waits_for("one")

    await status.edit_text("two")

    assert in_hand.text == "one"
    assert ana.look_at(in_hand).text == "two"


def test_the_whole_chat_can_be_waited_for(ana: Person) -> None:
    threading.Timer(0.05, lambda: ana.sends_text("second")).start()

    ana.sends_text("first")

    assert [m.text for m in ana.waits_until(lambda chat: len(chat) == 2)] == ["first", "second"]
