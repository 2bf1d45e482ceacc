"""/whois in all its forms, in private and in groups."""

from datetime import timedelta

from sqlalchemy import select

from catalog.tables import SightingOutcome, SightingPhoto
from sandbox import Person
from sandbox.shapes import Message
from tests.bot.counter import Counter, photo


def _answered(counter: Counter, ana: Person, part: int) -> tuple[Message, Message]:
    sent = ana.sends_photo(photo())
    counter.finds((part, 0.97))
    return sent, ana.waits_for("Sure", after=sent)


def test_as_a_caption_it_gives_three_candidates_however_sure(counter: Counter) -> None:
    ana = counter.worker()
    parts = [counter.part(name) for name in ("Bracket", "Clip", "Hook", "Gear")]

    sent = ana.sends_photo(photo(), caption="/whois")
    counter.finds(*zip(parts, (0.97, 0.01, 0.005, 0.002), strict=True))
    answer = ana.waits_for("likeliest", after=sent)

    assert answer.text.splitlines()[1:] == [
        "1 Bracket · 97\u00a0%",
        "2 Clip · 1\u00a0%",
        "3 Hook · 1\u00a0%",
    ]
    assert answer.button_labels == ["1", "2", "3", "None of these"]
    assert answer.photo is not None


def test_in_reply_to_an_answered_photo_it_tells_from_what_is_known(counter: Counter) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket")
    sent, answer = _answered(counter, ana, bracket)
    counter.clock.advance(timedelta(days=3))

    for about in (sent, answer):
        asked = ana.replies_to(about, "/whois")
        assert "1 Bracket" in ana.waits_for("likeliest", after=asked).text
    assert len(counter.bell.rung) == 1


def test_in_reply_it_looks_again_when_parts_have_come_since(counter: Counter) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket")
    sent, _ = _answered(counter, ana, bracket)
    counter.clock.advance(timedelta(days=3))
    newer = counter.part("Newer")

    asked = ana.replies_to(sent, "/whois")
    counter.finds((newer, 0.9), (bracket, 0.05))
    answer = ana.waits_for("likeliest", after=asked)

    assert "1 Newer" in answer.text


def test_in_reply_to_a_photo_that_was_given_up_it_looks_again(counter: Counter) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket")
    sent = ana.sends_photo(photo())
    counter.gives_up()
    ana.waits_for("gave up", after=sent)

    asked = ana.replies_to(sent, "/whois")
    counter.finds((bracket, 0.9))

    assert "1 Bracket" in ana.waits_for("likeliest", after=asked).text


def test_in_reply_it_fetches_a_photo_again_whose_bytes_are_gone(counter: Counter) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket")
    sent = ana.sends_photo(photo())
    counter.finds(outcome=SightingOutcome.UNKNOWN, reason="blurred")
    ana.waits_for("blurred", after=sent)
    for key in list(counter.files.kept_before(counter.clock() + timedelta(days=1))):
        counter.files.forget(key)
    fetched_before = len(counter.sandbox.calls("getFile"))

    asked = ana.replies_to(sent, "/whois")
    counter.finds((bracket, 0.5))

    assert "1 Bracket" in ana.waits_for("likeliest", after=asked).text
    assert len(counter.sandbox.calls("getFile")) == fetched_before + 1


def test_alone_it_is_about_ones_own_last_photo(counter: Counter) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket")
    nothing = ana.sends_text("/whois")
    ana.waits_for("under a photo", after=nothing)
    _answered(counter, ana, bracket)

    asked = ana.sends_text("/whois")

    assert "1 Bracket" in ana.waits_for("likeliest", after=asked).text


def test_while_the_photo_is_still_being_looked_at_the_answer_becomes_three(
    counter: Counter,
) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket")
    sent = ana.sends_photo(photo())
    counter.waiting_job()

    ana.replies_to(sent, "/whois")
    ana.waits_for("I am at it", after=sent)
    counter.finds((bracket, 0.97))

    assert "1 Bracket" in ana.waits_for("The likeliest parts:", after=sent).text


def test_in_a_group_a_photo_the_bot_never_saw_is_looked_at_on_request(counter: Counter) -> None:
    ana, ben = counter.worker(), counter.worker("Ben", user_id=12)
    bracket = counter.part("Bracket")
    group = counter.sandbox.group(title="Shop", members=[ana, ben])
    unasked = group.seat_of(ana).sends_photo(photo())

    asked = group.seat_of(ben).replies_to(unasked, "/whois")
    counter.finds((bracket, 0.9))
    answer = group.seat_of(ben).waits_for("likeliest", after=asked)

    assert "1 Bracket" in answer.text
    assert len(group.seat_of(ben).after(unasked)) == 1


def test_a_group_gets_every_photo_looked_at_when_an_admin_switches_it_on(
    counter: Counter,
) -> None:
    ana, boss, bracket = counter.worker(), counter.admin(), counter.part("Bracket")
    group = counter.sandbox.group(title="Shop", members=[ana, boss])
    seat, chief = group.seat_of(ana), group.seat_of(boss)

    refused = seat.sends_text("/everyphoto on")
    seat.waits_for("Only admins", after=refused)
    asked = chief.sends_text("/everyphoto")
    chief.presses(chief.waits_for("with /whois under them", after=asked), "Look at every photo")
    told = chief.waits_for("every photo, as soon as Telegram", after=asked)
    counter.sandbox.set_privacy_mode(on=False)
    sent = seat.sends_photo(photo())
    counter.finds((bracket, 0.97))

    assert "/setprivacy" in told.text
    assert "Bracket" in seat.waits_for("Sure", after=sent).text
    off = chief.sends_text("/everyphoto off")
    chief.waits_for("with /whois under them", after=off)


def test_buttons_in_a_group_work_for_enrolled_people_only(counter: Counter) -> None:
    ana, mallory, bracket = counter.worker(), counter.stranger(), counter.part("Bracket")
    counter.order(bracket)
    group = counter.sandbox.group(title="Shop", members=[ana, mallory])
    sent = group.seat_of(ana).sends_photo(photo(), caption="/whois")
    counter.finds((bracket, 0.9))
    answer = group.seat_of(ana).waits_for("likeliest", after=sent)

    toast = group.seat_of(mallory).presses(answer, "1")

    assert "666" in toast
    assert group.seat_of(mallory).presses(answer, "1") == ""
    assert "confirmed" not in group.seat_of(ana).look_at(answer).text


def test_an_album_with_whois_in_a_group_is_one_sighting(counter: Counter) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket")
    counter.sandbox.set_privacy_mode(on=False)
    seat = counter.sandbox.group(title="Shop", members=[ana]).seat_of(ana)

    sent = seat.sends_album([photo(shade) for shade in (1, 2, 3)], caption="/whois")
    for each in sent:
        counter.handles(each)
    with counter.database.reading() as session:
        photos = session.scalars(select(SightingPhoto.sighting_id)).all()
    counter.finds((bracket, 0.9))

    assert "1 Bracket" in seat.waits_for("likeliest", after=sent[-1]).text
    assert list(photos) == [1, 1, 1]
    assert len(seat.after(sent[-1])) == 1
