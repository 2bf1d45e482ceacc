import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaDocument, InputMediaPhoto
from telegram.error import BadRequest

from sandbox import Person
from tests.sandbox.conftest import AnyBot, Picture

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("Undo", callback_data="undo")]])


async def test_an_edit_changes_the_message_in_place_and_is_remembered(
    bot: AnyBot, ana: Person
) -> None:
    status = await bot.send_message(11, "Looking at it…")

    await status.edit_text("Comparing…")
    await status.edit_text("<b>Found</b>", parse_mode="HTML", reply_markup=KEYS)

    seen = ana.waits_for("Found")
    assert len(ana.messages()) == 1
    assert seen.texts == ["Looking at it…", "Comparing…", "Found"]
    assert seen.button_labels == ["Undo"]
    assert seen.sent_at_s <= seen.revisions[1].at_s <= seen.changed_at_s


async def test_an_edit_that_changes_nothing_is_refused(bot: AnyBot, ana: Person) -> None:
    status = await bot.send_message(11, "<b>Same</b>", parse_mode="HTML", reply_markup=KEYS)

    with pytest.raises(BadRequest) as refusal:
        await status.edit_text("<b>Same</b>", parse_mode="HTML", reply_markup=KEYS)

    assert str(refusal.value) == (
        "Message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )
    await status.edit_text("Same", reply_markup=KEYS)
    assert len(ana.waits_for("Same").revisions) == 2


async def test_buttons_that_are_not_sent_again_are_gone(bot: AnyBot, ana: Person) -> None:
    status = await bot.send_message(11, "one", reply_markup=KEYS)

    await status.edit_text("two")

    assert ana.waits_for("two").buttons == ()


async def test_a_text_becomes_a_photo_and_a_photo_a_file(
    bot: AnyBot, ana: Person, picture: Picture
) -> None:
    status = await bot.send_message(11, "Looking…")

    await status.edit_media(InputMediaPhoto(picture(300, 200), caption="seen"), reply_markup=KEYS)
    as_photo = ana.waits_for("seen")
    await status.edit_media(InputMediaDocument(b"solid", filename="a.stl", caption="file"))
    as_file = ana.waits_for("file")

    assert as_photo.photo is not None
    assert as_photo.button_labels == ["Undo"]
    assert (as_file.photo, as_file.document, as_file.file_name) == (None, b"solid", "a.stl")
    assert as_file.message_id == as_photo.message_id


async def test_captions_and_buttons_are_edited_apart(
    bot: AnyBot, ana: Person, picture: Picture
) -> None:
    sent = await bot.send_photo(11, picture(90, 90), caption="one", reply_markup=KEYS)

    await sent.edit_caption("two", reply_markup=KEYS)
    await sent.edit_reply_markup(None)

    assert ana.waits_for("two").buttons == ()
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await sent.edit_text("three")


async def test_what_is_not_there_or_not_the_bots_cannot_be_edited(bot: AnyBot, ana: Person) -> None:
    hers = ana.sends_text("mine")
    text = await bot.send_message(11, "text")

    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", 11, 4711)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", 11, hers.message_id)
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await text.edit_caption("x")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.edit_message_text("x", 4711, 1)


async def test_a_deleted_message_is_gone_but_not_forgotten(bot: AnyBot, ana: Person) -> None:
    sent = await bot.send_message(11, "Looking…")

    await sent.delete()

    assert ana.messages() == ()
    assert [m.is_deleted for m in ana.everything()] == [True]
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await sent.delete()
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await sent.edit_text("again")
