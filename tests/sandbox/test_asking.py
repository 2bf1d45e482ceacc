import asyncio

import pytest
from telegram import (
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)
from telegram.error import BadRequest

from sandbox import NeverHappened, NoSuchButton, Person, Sandbox
from tests.sandbox.conftest import AnyBot, Picture

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("✓ Right", callback_data="right:7")]])


def menu_of(person: Person) -> list[str]:
    return [c.command for c in person.menu()]


async def test_the_narrowest_menu_wins(bot: AnyBot, ana: Person, bruno: Person) -> None:
    await bot.set_my_commands([("help", "Help")])
    await bot.set_my_commands(
        [("help", "Help"), ("parts", "Parts")], scope=BotCommandScopeChat(bruno.chat_id)
    )
    await bot.set_my_commands(
        [("ayuda", "Ayuda")], scope=BotCommandScopeAllPrivateChats(), language_code="es"
    )

    assert menu_of(ana) == ["ayuda"]
    assert menu_of(bruno) == ["help", "parts"]

    await bot.delete_my_commands(scope=BotCommandScopeAllPrivateChats(), language_code="es")
    assert menu_of(ana) == ["help"]
    assert [c.command for c in await bot.get_my_commands()] == ["help"]


@pytest.mark.parametrize(
    ("command", "complaint"),
    [(("Whois", "Upper case"), "command_invalid"), (("a", " "), "command_description_invalid")],
)
async def test_a_command_telegram_would_refuse_is_refused(
    bot: AnyBot, command: tuple[str, str], complaint: str
) -> None:
    with pytest.raises(BadRequest, match=f"(?i)bot_{complaint}"):
        await bot.set_my_commands([command])


async def test_a_menu_for_a_chat_nobody_began_is_refused(bot: AnyBot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.set_my_commands([("help", "Help")], scope=BotCommandScopeChat(4711))


async def test_a_file_is_downloaded_as_it_was_sent(bot: AnyBot, ana: Person) -> None:
    stl = bytes(range(256)) * 40
    ana.sends_file("part.stl", stl, caption="customer: ACME")
    (update,) = await bot.get_updates(timeout=5)
    assert update.message is not None
    assert update.message.document is not None

    file = await update.message.document.get_file()

    assert bytes(await file.download_as_bytearray()) == stl
    assert update.message.document.file_name == "part.stl"
    assert update.message.document.mime_type == "model/stl"
    assert update.message.caption == "customer: ACME"


async def test_a_file_over_20_mb_cannot_be_downloaded(bot: AnyBot, ana: Person) -> None:
    ana.sends_file("fits.stl", b"x" * 20_000_000)
    ana.sends_file("huge.stl", b"x" * 20_000_001)
    fits, huge = [u.message.document for u in await bot.get_updates() if u.message]
    assert fits is not None
    assert huge is not None

    assert (await fits.get_file()).file_size == 20_000_000
    with pytest.raises(BadRequest, match="File is too big"):
        await huge.get_file()


async def test_local_mode_names_the_path_on_disk(
    bot: AnyBot, ana: Person, sandbox: Sandbox
) -> None:
    sandbox.set_local_mode(on=True)
    sent = ana.sends_file("part.stl", b"solid")
    assert sent.content.media is not None

    file = await bot.get_file(sent.content.media.file.file_id)

    assert file.file_path is not None
    assert file.file_path.endswith(str(sent.content.media.file.path))


async def test_a_pressed_button_gets_its_toast_once(bot: AnyBot, ana: Person) -> None:
    await bot.send_message(11, "Bracket?", reply_markup=KEYS)
    asked = ana.waits_for("Bracket")

    pressing = asyncio.create_task(asyncio.to_thread(ana.presses, asked, "Right"))
    (update,) = await bot.get_updates(timeout=5)
    query = update.callback_query
    assert query is not None
    await query.answer("Noted")

    assert await pressing == "Noted"
    assert (query.data, query.from_user.id) == ("right:7", 11)
    assert query.message is not None
    assert query.message.message_id == asked.message_id
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer("again")


async def test_a_button_that_nobody_answers_says_so(bot: AnyBot, ana: Person) -> None:
    await bot.send_message(11, "Bracket?", reply_markup=KEYS)
    asked = ana.waits_for("Bracket")

    with pytest.raises(NeverHappened, match="Whoseprint: Bracket"):
        await asyncio.to_thread(lambda: ana.presses(asked, "right:7", timeout_s=0.05))
    with pytest.raises(NoSuchButton, match="no button 'Undo'; there are '✓ Right'"):
        ana.presses(asked, "Undo")


async def test_the_bot_learns_who_is_in_a_chat(
    bot: AnyBot, ana: Person, bruno: Person, sandbox: Sandbox
) -> None:
    group = sandbox.group(title="Shop floor", members=[bruno, ana])

    chat = await bot.get_chat(group.chat_id)
    maker = await bot.get_chat_member(group.chat_id, bruno.user_id)
    member = await bot.get_chat_member(group.chat_id, ana.user_id)

    assert (chat.type, chat.title) == ("supergroup", "Shop floor")
    assert (maker.status, member.status) == ("creator", "member")
    with pytest.raises(BadRequest, match=r"(?i)participant_id_invalid"):
        await bot.get_chat_member(group.chat_id, 4711)


async def test_a_photo_is_downloaded_upright_and_small(
    bot: AnyBot, ana: Person, picture: Picture
) -> None:
    ana.sends_photo(picture(3000, 4000))
    (update,) = await bot.get_updates(timeout=5)
    assert update.message is not None
    largest = update.message.photo[-1]

    content = await (await largest.get_file()).download_as_bytearray()

    assert (largest.width, largest.height) == (960, 1280)
    assert len(content) == largest.file_size
