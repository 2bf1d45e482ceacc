import io

import pytest
from PIL import Image
from telegram import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    Message,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from sandbox import Limits, Person, Sandbox
from tests.sandbox.conftest import AnyBot, Picture


def keyboard(data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Right", callback_data=data)]])


async def test_a_text_arrives_with_its_formatting_and_buttons(bot: AnyBot, ana: Person) -> None:
    sent = await bot.send_message(
        ana.chat_id, "<b>Bracket</b> &lt;M4&gt;", parse_mode="HTML", reply_markup=keyboard("r:1")
    )

    seen = ana.waits_for("Bracket")
    assert (seen.text, ana.html_of(seen)) == ("Bracket <M4>", "<b>Bracket</b> &lt;M4&gt;")
    assert [(b.label, b.data) for b in seen.buttons] == [("Right", "r:1")]
    assert sent.text_html == "<b>Bracket</b> &lt;M4&gt;"
    assert sent.message_id == seen.message_id


@pytest.mark.parametrize("length", [4096, 4097])
async def test_a_text_may_be_4096_long_after_parsing(bot: AnyBot, ana: Person, length: int) -> None:
    text = f"<b>{'x' * length}</b>"

    if length == 4096:
        assert (
            len((await bot.send_message(ana.chat_id, text, parse_mode="HTML")).text or "") == 4096
        )
    else:
        with pytest.raises(BadRequest, match="Message is too long"):
            await bot.send_message(ana.chat_id, text, parse_mode="HTML")


async def test_a_caption_may_be_1024_long_after_parsing(
    bot: AnyBot, ana: Person, picture: Picture
) -> None:
    fits = await bot.send_photo(11, picture(64, 64), f"<i>{'é' * 1024}</i>", parse_mode="HTML")

    assert len(fits.caption or "") == 1024
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(11, picture(64, 64), caption="é" * 1025)
    assert len(ana.from_bot()) == 1


@pytest.mark.parametrize("data", ["é" * 33, "x" * 65])
async def test_callback_data_is_measured_in_bytes(bot: AnyBot, ana: Person, data: str) -> None:
    await bot.send_message(ana.chat_id, "ok", reply_markup=keyboard("é" * 32))

    with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
        await bot.send_message(ana.chat_id, "no", reply_markup=keyboard(data))


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("<b>open", 'can\'t find end tag corresponding to start tag "b"'),
        ("a < b", 'unsupported start tag "" at byte offset 2'),
        ("é<x>", 'unsupported start tag "x" at byte offset 2'),
        ("a</b>", "unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ],
)
async def test_html_that_telegram_refuses_is_refused_in_its_words(
    bot: AnyBot, ana: Person, html: str, complaint: str
) -> None:
    with pytest.raises(BadRequest) as refusal:
        await bot.send_message(11, html, parse_mode="HTML")

    assert str(refusal.value) == f"Can't parse entities: {complaint}"
    assert ana.messages() == ()


async def test_nobody_can_be_written_to_before_they_began(bot: AnyBot, sandbox: Sandbox) -> None:
    carl = sandbox.person(user_id=77, name="Carl")

    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(77, "hello?")
    carl.starts()
    await bot.send_message(77, "hello!")

    assert [m.text for m in carl.from_bot()] == ["hello!"]


async def test_who_blocked_the_bot_gets_nothing(bot: AnyBot, ana: Person) -> None:
    ana.blocks_the_bot()

    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(11, "hello?")


async def test_a_photo_becomes_a_jpeg_of_at_most_1280_pixels(
    bot: AnyBot, ana: Person, picture: Picture
) -> None:
    sent = await bot.send_photo(11, picture(2000, 1000, kind="PNG"), caption="wide")

    assert [(s.width, s.height) for s in sent.photo] == [(320, 160), (800, 400), (1280, 640)]
    photo = ana.waits_for("wide").photo
    assert photo is not None
    with Image.open(io.BytesIO(photo)) as kept:
        assert (kept.format, kept.size) == ("JPEG", (1280, 640))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"no picture at all", "Image_process_failed"),
        (b"x" * (10 * 1024 * 1024 + 1), "is too big for a photo"),
    ],
    ids=["text", "11 MB"],
)
async def test_what_is_no_photo_is_refused(
    bot: AnyBot, ana: Person, content: bytes, complaint: str
) -> None:
    with pytest.raises(BadRequest, match=complaint):
        await bot.send_photo(ana.chat_id, content)


async def test_a_long_thin_picture_is_no_photo(bot: AnyBot, ana: Person, picture: Picture) -> None:
    with pytest.raises(BadRequest, match=r"(?i)photo_invalid_dimensions"):
        await bot.send_photo(ana.chat_id, picture(2100, 100))


async def test_a_document_stays_byte_for_byte_and_keeps_its_name(bot: AnyBot, ana: Person) -> None:
    stl = b"solid x\nendsolid x\n"

    await bot.send_document(11, stl, filename="soporte_ñ.stl", caption="Here")

    seen = ana.waits_for("Here")
    assert (seen.document, seen.file_name) == (stl, "soporte_ñ.stl")


async def test_a_file_id_sends_the_same_again(bot: AnyBot, ana: Person, picture: Picture) -> None:
    first = await bot.send_photo(ana.chat_id, picture(300, 200))

    second = await bot.send_photo(ana.chat_id, first.photo[-1].file_id)

    assert second.photo[-1].file_unique_id == first.photo[-1].file_unique_id
    with pytest.raises(BadRequest, match="Can't use file of type photo as document"):
        await bot.send_document(ana.chat_id, first.photo[-1].file_id)
    with pytest.raises(BadRequest, match="Wrong file identifier/http url specified"):
        await bot.send_photo(ana.chat_id, "AgACnosuch")


async def test_an_upload_over_the_limit_is_refused_whole() -> None:
    with Sandbox.start(limits=Limits(upload_bytes=100_000)) as small:
        ana = small.person(user_id=11, name="Ana").is_acquainted()
        made: AnyBot = ExtBot(small.token, base_url=small.base_url)
        async with made as bot:
            with pytest.raises(TelegramError, match="Request Entity Too Large"):
                await bot.send_document(ana.chat_id, b"x" * 2_000_000)
        assert ana.messages() == ()


async def test_an_album_is_one_group_of_messages(
    bot: AnyBot, ana: Person, picture: Picture
) -> None:
    sent = await bot.send_media_group(
        11, [InputMediaPhoto(picture(90, 90), caption="first"), InputMediaPhoto(picture(80, 80))]
    )

    assert len({m.media_group_id for m in sent}) == 1
    assert sent[0].media_group_id is not None
    assert [m.text for m in ana.from_bot()] == ["first", ""]


async def test_an_album_that_breaks_the_rules_leaves_nothing_behind(
    bot: AnyBot, ana: Person, picture: Picture
) -> None:
    mixed: list[InputMediaPhoto | InputMediaDocument]
    mixed = [InputMediaPhoto(picture(90, 90)), InputMediaDocument(b"x")]
    many = [InputMediaPhoto(picture(20, 20))] * 11

    with pytest.raises(BadRequest, match="Document can't be mixed with other media types"):
        await bot.send_media_group(11, mixed)
    with pytest.raises(BadRequest, match="Too many messages to send as an album"):
        await bot.send_media_group(11, many)

    assert ana.messages() == ()


async def test_a_reply_needs_its_message_unless_it_may_go_without(bot: AnyBot, ana: Person) -> None:
    asked = ana.sends_text("who?")
    gone = ReplyParameters(999)
    loose = ReplyParameters(999, allow_sending_without_reply=True)

    answer = await bot.send_message(11, "me", reply_parameters=ReplyParameters(asked.message_id))
    without = await bot.send_message(11, "still me", reply_parameters=loose)

    assert isinstance(answer.reply_to_message, Message)
    assert answer.reply_to_message.text == "who?"
    assert without.reply_to_message is None
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(11, "nobody", reply_parameters=gone)


async def test_a_wish_for_a_reply_reaches_the_phone(bot: AnyBot, ana: Person) -> None:
    await bot.send_message(11, "Whose?", reply_markup=ForceReply(input_field_placeholder="Name"))

    assert ana.waits_for("Whose?").asks_for_reply == "Name"


async def test_a_chat_action_shows_until_the_next_message(bot: AnyBot, ana: Person) -> None:
    asked = ana.sends_text("hello")

    await bot.send_chat_action(11, "typing")

    first_sign_s = ana.first_sign_s(asked)
    assert [a.action for a in ana.actions()] == ["typing"]
    assert first_sign_s is not None
    assert 0 <= first_sign_s < 5
    with pytest.raises(BadRequest, match="Wrong parameter action in request"):
        await bot.send_chat_action(11, "dancing")


async def test_a_copy_carries_everything_but_the_sender(
    bot: AnyBot, ana: Person, bruno: Person, picture: Picture
) -> None:
    source = ana.sends_photo(picture(200, 100), caption="mine")

    await bot.copy_message(bruno.chat_id, ana.chat_id, source.message_id)

    copy = bruno.waits_for("mine")
    assert copy.from_bot
    assert copy.photo == source.photo
