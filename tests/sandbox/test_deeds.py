import pytest

from sandbox import ApiRefusal, Person, Sandbox
from tests.sandbox.conftest import AnyBot, Picture


async def test_an_album_comes_as_one_update_for_each_photo(
    bot: AnyBot, ana: Person, picture: Picture
) -> None:
    ana.sends_album([picture(90, 90, tone=tone) for tone in (10, 90, 200)], caption="/whois")

    messages = [u.message for u in await bot.get_updates() if u.message]

    assert len(messages) == 3
    assert len({m.media_group_id for m in messages}) == 1
    assert [m.caption for m in messages] == ["/whois", None, None]
    assert len({m.photo[-1].file_unique_id for m in messages}) == 3


async def test_a_reply_brings_the_old_photo_along(
    bot: AnyBot, ana: Person, picture: Picture
) -> None:
    photo = ana.sends_photo(picture(400, 300))
    ana.replies_to(photo, "/whois")

    _, reply = await bot.get_updates()

    assert reply.message is not None
    assert reply.message.reply_to_message is not None
    assert reply.message.reply_to_message.photo[-1].width == 400


async def test_people_edit_their_messages(bot: AnyBot, ana: Person) -> None:
    ana.edits(ana.sends_text("brakcet"), "bracket")

    _, edited = await bot.get_updates()

    assert edited.edited_message is not None
    assert edited.edited_message.text == "bracket"


async def test_with_privacy_mode_a_group_shows_the_bot_only_what_is_meant_for_it(
    bot: AnyBot, ana: Person, bruno: Person, sandbox: Sandbox, picture: Picture
) -> None:
    group = sandbox.group(title="Shop floor", members=[bruno, ana])
    seat = group.seat_of(ana)
    said = await bot.send_message(group.chat_id, "I am here")

    seat.sends_text("lunch?")
    seat.sends_photo(picture(90, 90), caption="look at this")
    seat.sends_photo(picture(90, 90), caption="/whois")
    seat.sends_text("/whois@somebody_else_bot")
    seat.replies_to(seat.look_at(seat.waits_for("I am here")), "hello")
    seat.sends_text("hey @whoseprint_sandbox_bot")

    heard = [u.message for u in await bot.get_updates() if u.message]
    assert [m.text or m.caption for m in heard] == [
        "/whois",
        "hello",
        "hey @whoseprint_sandbox_bot",
    ]
    assert heard[0].from_user is not None
    assert (heard[0].chat_id, heard[0].from_user.id) == (said.chat_id, ana.user_id)


async def test_without_privacy_mode_the_bot_hears_everything(
    bot: AnyBot, ana: Person, sandbox: Sandbox
) -> None:
    sandbox.set_privacy_mode(on=False)
    group = sandbox.group(title="Shop floor", members=[ana])

    group.seat_of(ana).sends_text("lunch?")

    assert [u.message.text for u in await bot.get_updates() if u.message] == ["lunch?"]
    assert (await bot.get_me()).can_read_all_group_messages


def test_a_group_is_for_its_members(ana: Person, bruno: Person, sandbox: Sandbox) -> None:
    group = sandbox.group(title="Shop floor", members=[ana])

    with pytest.raises(ApiRefusal, match="PARTICIPANT_ID_INVALID"):
        group.seat_of(bruno)
    assert group.joins(bruno).sends_text("hi").chat.chat_id == group.chat_id


@pytest.mark.parametrize("text", ["", "  ", "x" * 4097])
def test_a_phone_sends_no_empty_and_no_endless_text(ana: Person, text: str) -> None:
    with pytest.raises(ApiRefusal, match=r"empty|too long"):
        ana.sends_text(text)


async def test_forged_callback_data_reaches_the_bot(bot: AnyBot, ana: Person) -> None:
    await bot.send_message(11, "no buttons here")

    ana.taps_data(ana.waits_for("no buttons"), "retire:1")

    (update,) = await bot.get_updates(timeout=5)
    assert update.callback_query is not None
    assert update.callback_query.data == "retire:1"
