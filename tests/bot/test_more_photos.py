"""After an answer that is not sure one more photo of the print is looked at with the first."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from catalog.leases import LeaseLost, settle_done, take_lease
from catalog.tables import (
    AwaitedPhoto,
    Job,
    JobKind,
    JobState,
    Part,
    Sighting,
    SightingOutcome,
    SightingPhoto,
)
from sandbox import Message, Person, Seat
from tests.bot.counter import Counter, photo, render

UNSURE, UNKNOWN = SightingOutcome.UNSURE, SightingOutcome.UNKNOWN


@pytest.fixture
def ana(counter: Counter) -> Person:
    return counter.worker()


def _unsure(counter: Counter, ana: Person) -> Message:
    """A photo that was answered with two parts and a side to photograph."""
    bracket, hook = counter.part("Bracket M4"), counter.part("Hook 3")
    sent = ana.sends_photo(photo())
    counter.finds(
        (bracket, 0.6), (hook, 0.3), outcome=UNSURE, reason="not_sure", asked_view=render("side")
    )
    return ana.waits_for("not sure", after=sent)


def _photos(counter: Counter) -> list[int]:
    """How many photos each sighting has, oldest first."""
    with counter.database.reading() as session:
        ids = session.scalars(select(Sighting.id).order_by(Sighting.id)).all()
        rows = session.scalars(select(SightingPhoto.sighting_id)).all()
    return [rows.count(each) for each in ids]


def test_an_unsure_answer_asks_for_the_side_that_would_decide(
    counter: Counter, ana: Person
) -> None:
    answer = _unsure(counter, ana)

    assert answer.text.splitlines()[-2:] == [
        "One more photo would help: turn the print like in the last picture, "
        "so that this side faces the camera.",
        "Send it in reply to this message, or press “One more photo” first.",
    ]
    assert answer.button_labels == ["1", "2", "None of these", "One more photo"]
    assert answer.photo is not None


def test_a_photo_in_reply_is_of_the_same_print_and_answered_below(
    counter: Counter, ana: Person
) -> None:
    answer = _unsure(counter, ana)
    hook = counter.part("Hook 4")

    second = ana.sends_photo(photo(90), reply_to=answer)
    status = ana.waits_for("together with the photo before", after=second)
    ana.waits_until(lambda _: not ana.look_at(answer).buttons)
    counter.finds((hook, 0.98))
    final = ana.waits_for("Hook 4", after=second)

    assert _photos(counter) == [2]
    assert final.message_id == status.message_id
    assert ana.look_at(answer).text == "You sent one more photo: the answer is below."
    assert ana.look_at(answer).photo is not None


def test_the_next_photo_without_a_word_is_another_print(counter: Counter, ana: Person) -> None:
    _unsure(counter, ana)

    ana.sends_photo(photo(90))
    counter.waiting_job()

    assert _photos(counter) == [1, 1]


def test_after_the_button_the_next_photo_belongs_and_the_one_after_it_does_not(
    counter: Counter, ana: Person
) -> None:
    answer = _unsure(counter, ana)

    toast = ana.presses(answer, "One more photo")
    ana.waits_until(lambda _: "counts as the same print" in ana.look_at(answer).text)
    waiting = ana.look_at(answer)
    first = ana.sends_photo(photo(90))
    counter.handles(first)
    _seconds_pass(counter)
    other = ana.sends_photo(photo(80))
    counter.handles(other)

    assert toast == "Send it now."
    assert waiting.button_labels == ["1", "2", "None of these", "Never mind"]
    assert _photos(counter) == [2, 1]


def _seconds_pass(counter: Counter) -> None:
    """As if the photo that was awaited had been sent some seconds ago."""
    with counter.database.transaction() as session:
        row = session.scalars(select(AwaitedPhoto)).one()
        row.until -= timedelta(seconds=10)


def test_what_is_sent_in_the_same_moment_after_the_button_belongs_too(
    counter: Counter, ana: Person
) -> None:
    answer = _unsure(counter, ana)
    ana.presses(answer, "One more photo")
    ana.waits_until(lambda _: "Never mind" in ana.look_at(answer).button_labels)

    first, second = ana.sends_photo(photo(90)), ana.sends_photo(photo(80))
    counter.handles(second)
    counter.finds((counter.part("Hook 4"), 0.7), outcome=UNSURE, reason="not_sure")
    final = ana.waits_for("Hook 4", after=first)

    assert _photos(counter) == [3]
    assert ana.after(first) == (final,)
    assert "One more photo" in final.button_labels


def test_a_reply_while_the_photo_is_looked_at_belongs_and_is_looked_at_too(
    counter: Counter, ana: Person
) -> None:
    first = ana.sends_photo(photo())
    ana.waits_for("Looking at it", after=first)
    job_id = counter.waiting_job()
    with counter.database.transaction() as session:
        take_lease(session, job_id, holder="w", now=counter.clock(), lease=timedelta(minutes=1))

    counter.handles(ana.sends_photo(photo(90), reply_to=first))

    assert _photos(counter) == [2]
    with counter.database.transaction() as session, pytest.raises(LeaseLost):
        settle_done(session, job_id, holder="w", now=counter.clock())
    counter.finds((counter.part("Hook 4"), 0.98))
    ana.waits_for("Hook 4", after=first)
    assert len(ana.from_bot()) == 1


def test_a_word_taken_back_counts_no_more(counter: Counter, ana: Person) -> None:
    answer = _unsure(counter, ana)
    ana.presses(answer, "One more photo")
    ana.waits_until(lambda _: "Never mind" in ana.look_at(answer).button_labels)

    ana.presses(ana.look_at(answer), "Never mind")
    ana.waits_until(lambda _: "One more photo" in ana.look_at(answer).button_labels)
    counter.handles(ana.sends_photo(photo(90)))

    assert _photos(counter) == [1, 1]


def test_a_photo_that_comes_late_is_another_print(counter: Counter, ana: Person) -> None:
    answer = _unsure(counter, ana)
    ana.presses(answer, "One more photo")
    ana.waits_until(lambda _: "Never mind" in ana.look_at(answer).button_labels)

    counter.clock.advance(counter.rules.second_photo_within + timedelta(seconds=1))
    counter.handles(ana.sends_photo(photo(90)))

    assert _photos(counter) == [1, 1]


def test_the_word_of_one_person_does_not_take_the_photo_of_another(
    counter: Counter, ana: Person
) -> None:
    answer = _unsure(counter, ana)
    ana.presses(answer, "One more photo")
    ana.waits_until(lambda _: "Never mind" in ana.look_at(answer).button_labels)

    luis = counter.worker("Luis", user_id=12, language="es")
    counter.handles(luis.sends_photo(photo(90)))

    assert _photos(counter) == [1, 1]


def test_a_confirmed_answer_takes_no_more_photos(counter: Counter, ana: Person) -> None:
    answer = _unsure(counter, ana)
    ana.presses(answer, "1")
    ana.waits_until(lambda _: "confirmed" in ana.look_at(answer).text)

    counter.handles(ana.sends_photo(photo(90), reply_to=answer))

    assert _photos(counter) == [1, 1]


def test_a_sure_answer_takes_no_more_photos(counter: Counter, ana: Person) -> None:
    bracket = counter.part("Bracket M4")
    sent = ana.sends_photo(photo())
    counter.finds((bracket, 0.98))
    answer = ana.waits_for("Bracket M4", after=sent)

    counter.handles(ana.sends_photo(photo(90), reply_to=answer))

    assert _photos(counter) == [1, 1]


def test_a_button_from_before_confirms_nothing_after_the_second_photo(
    counter: Counter, ana: Person
) -> None:
    answer = _unsure(counter, ana)
    second = ana.sends_photo(photo(90), reply_to=answer)
    counter.handles(second)
    counter.finds((counter.part("Hook 4"), 0.7), outcome=UNSURE, reason="not_sure")
    ana.waits_for("Hook 4", after=second)

    toast = ana.sees_toast(ana.taps_data(answer, answer.buttons[0].data or ""))

    assert toast.text == "This button is too old. Please ask again."
    with counter.database.reading() as session:
        assert [job.state for job in session.scalars(select(Job))] == [JobState.DONE]


def test_an_album_in_reply_belongs_as_a_whole(counter: Counter, ana: Person) -> None:
    answer = _unsure(counter, ana)

    album = ana.sends_album([photo(90), photo(80)], reply_to=answer)
    counter.handles(album[-1])

    assert _photos(counter) == [3]


def test_five_photos_are_enough(counter: Counter, ana: Person) -> None:
    answer = _unsure(counter, ana)
    album = ana.sends_album([photo(90)] * 4, reply_to=answer)
    counter.handles(album[-1])
    counter.finds((counter.part("Hook 4"), 0.7), outcome=UNSURE, reason="not_sure")
    full = ana.waits_for("Hook 4", after=album[-1])

    counter.handles(ana.sends_photo(photo(70), reply_to=full))

    assert "One more photo" not in full.button_labels
    assert _photos(counter) == [5, 1]


def test_whois_asks_for_no_photo(counter: Counter, ana: Person) -> None:
    bracket, hook = counter.part("Bracket M4"), counter.part("Hook 3")
    sent = ana.sends_photo(photo(), caption="/whois")
    counter.finds(
        (bracket, 0.6), (hook, 0.3), outcome=UNSURE, reason="not_sure", asked_view=render("side")
    )

    answer = ana.waits_for("likeliest", after=sent)

    assert answer.button_labels == ["1", "2", "None of these"]


def test_a_bot_that_starts_anew_still_waits_for_the_photo(counter: Counter, ana: Person) -> None:
    answer = _unsure(counter, ana)
    ana.presses(answer, "One more photo")
    ana.waits_until(lambda _: "Never mind" in ana.look_at(answer).button_labels)

    counter.closes()
    counter.opens()
    counter.handles(ana.sends_photo(photo(90)))

    assert _photos(counter) == [2]
    with counter.database.reading() as session:
        until = session.scalars(select(AwaitedPhoto.until)).one()
    assert until < counter.clock() + timedelta(seconds=5)  # the moment, no longer the minutes


def test_a_spaniard_is_asked_in_spanish(counter: Counter) -> None:
    luis = counter.worker("Luis", user_id=12, language="es")
    bracket, hook = counter.part("Bracket M4"), counter.part("Hook 3")
    sent = luis.sends_photo(photo())
    counter.finds(
        (bracket, 0.6), (hook, 0.3), outcome=UNSURE, reason="not_sure", asked_view=render("side")
    )

    answer = luis.waits_for("Otra foto ayudaría", after=sent)

    assert answer.button_labels[-1] == "Otra foto"


def test_a_further_photo_that_kills_its_worker_leaves_the_first_answer_with_its_buttons(
    counter: Counter, ana: Person
) -> None:
    answer = _unsure(counter, ana)
    second = ana.sends_photo(photo(90), reply_to=answer)
    counter.handles(second)

    counter.gives_up()
    final = ana.waits_for("What I said before stands", after=second)

    assert final.text.splitlines()[:4] == [
        "I gave up on the further photo after three tries; the admins know.",
        "What I said before stands:",
        "Probably one of these, I am not sure:",
        "1 Bracket M4 · 60\u00a0%",
    ]
    assert final.button_labels == ["1", "2", "None of these", "One more photo"]
    assert final.photo is not None
    ana.presses(final, "1")
    ana.waits_until(lambda _: "confirmed by you" in ana.look_at(final).text)


def test_after_that_whois_still_has_the_candidates_and_a_better_photo_joins_the_first(
    counter: Counter, ana: Person
) -> None:
    answer = _unsure(counter, ana)
    counter.handles(ana.sends_photo(photo(90), reply_to=answer))
    counter.gives_up()
    final = ana.waits_for("What I said before stands", after=answer)

    asked = ana.sends_text("/whois")
    listed = ana.waits_for("likeliest", after=asked)
    counter.handles(ana.sends_photo(photo(80), reply_to=final))

    assert [label for label in listed.button_labels if label.isdigit()] == ["1", "2"]
    with counter.database.reading() as session:
        keys = session.scalars(
            select(SightingPhoto.file_key).order_by(SightingPhoto.message_id)
        ).all()
    assert [key is not None for key in keys] == [True, False, True]
    assert _photos(counter) == [3]


def test_further_photos_that_are_refused_leave_the_first_answer(
    counter: Counter, ana: Person
) -> None:
    answer = _unsure(counter, ana)
    second = ana.sends_photo(photo(90), reply_to=answer)
    counter.handles(second)

    counter.refuses(JobKind.IDENTIFY, "picture_damaged")
    final = ana.waits_for("What I said before stands", after=second)

    assert final.text.splitlines()[0] == "This picture is damaged. Please send it again."
    assert "One more photo" in final.button_labels


def _customer_of_hook(counter: Counter) -> None:
    with counter.database.reading() as session:
        hook = session.scalars(select(Part.id).where(Part.name == "Hook 3")).one()
    counter.order(hook, "ACME")


def test_photos_that_fit_nothing_together_leave_the_candidates_of_before_to_choose_from(
    counter: Counter, ana: Person
) -> None:
    answer = _unsure(counter, ana)
    _customer_of_hook(counter)
    second = ana.sends_photo(photo(90), reply_to=answer)
    counter.handles(second)

    counter.finds((counter.part("Clip 9"), 0.1), outcome=UNKNOWN, reason="nothing_alike")
    final = ana.waits_for("fit no part well", after=second)

    assert final.text.splitlines() == [
        "Together, your photos fit no part well. "
        "They may show two prints, or one that is not in the catalogue.",
        "Before that I thought of these:",
        "1 Bracket M4 · 60\u00a0%",
        "2 Hook 3 · 30\u00a0%",
        "One more photo would help: turn the print like in the last picture, "
        "so that this side faces the camera.",
        "Send it in reply to this message, or press “One more photo” first.",
        "To start anew, just send a photo.",
    ]
    assert final.button_labels == ["1", "2", "None of these", "One more photo"]
    ana.presses(final, "2")
    ana.waits_until(lambda _: "Hook 3 for ACME, confirmed by you" in ana.look_at(final).text)


def test_after_photos_that_fit_nothing_together_the_next_one_joins_the_first_alone(
    counter: Counter, ana: Person
) -> None:
    answer = _unsure(counter, ana)
    second = ana.sends_photo(photo(90), reply_to=answer)
    counter.handles(second)
    counter.finds(outcome=UNKNOWN, reason="nothing_alike")
    apart = ana.waits_for("fit no part well", after=second)

    ana.presses(apart, "One more photo")
    ana.waits_until(lambda _: "Never mind" in ana.look_at(apart).button_labels)
    counter.handles(ana.sends_photo(photo(80)))

    with counter.database.reading() as session:
        kept = session.scalars(select(SightingPhoto.file_key.is_not(None))).all()
    assert list(kept) == [True, False, True]


def test_an_album_that_fits_nothing_says_so_of_all_and_offers_the_nearest(
    counter: Counter, ana: Person
) -> None:
    album = ana.sends_album([photo(90), photo(80)])
    counter.handles(album[-1])
    hook = counter.part("Hook 3")
    counter.order(hook, "ACME")

    counter.finds((hook, 0.1), outcome=UNKNOWN, reason="nothing_alike")
    answer = ana.waits_for("fit no part well", after=album[0])
    ana.presses(answer, "Other candidates")
    ana.waits_until(lambda _: "likeliest" in ana.look_at(answer).text)

    assert answer.button_labels == ["Other candidates"]
    assert ana.look_at(answer).text.splitlines()[1:] == ["1 Hook 3 · 10\u00a0%"]


def _unsure_in_a_group(counter: Counter, ana: Person) -> tuple[Seat, Message]:
    """A group whose photos are looked at, until the bot sees no more than replies to it."""
    boss, bracket, hook = counter.admin(), counter.part("Bracket M4"), counter.part("Hook 3")
    group = counter.sandbox.group(title="Shop", members=[ana, boss])
    counter.handles(group.seat_of(boss).sends_text("/everyphoto on"))
    counter.sandbox.set_privacy_mode(on=False)
    seat = group.seat_of(ana)
    sent = seat.sends_photo(photo())
    counter.finds((bracket, 0.6), (hook, 0.3), outcome=UNSURE, reason="not_sure")
    answer = seat.waits_for("not sure", after=sent)
    counter.sandbox.set_privacy_mode(on=True)
    return seat, answer


def test_in_a_group_the_button_asks_for_the_photo_in_reply_and_takes_it(
    counter: Counter, ana: Person
) -> None:
    seat, answer = _unsure_in_a_group(counter, ana)

    seat.presses(answer, "One more photo")
    question = seat.waits_for(lambda message: message.asks_for_reply is not None)
    seat.waits_until(lambda _: "Never mind" in seat.look_at(answer).button_labels)
    counter.handles(seat.sends_photo(photo(90), reply_to=question))

    assert _photos(counter) == [2]
    assert question.asks_for_reply == "A photo of the same print"
    assert question.reply_to_id == answer.message_id
    assert "Answer this message with a photo of the same print, until" in question.text
    asked = f'<a href="tg://user?id={ana.user_id}">Ana</a>: '
    assert seat.html_of(question).startswith(asked)


def test_in_a_group_the_answer_itself_says_that_it_wants_a_reply(
    counter: Counter, ana: Person
) -> None:
    seat, answer = _unsure_in_a_group(counter, ana)

    seat.presses(answer, "One more photo")
    seat.waits_until(lambda _: "Never mind" in seat.look_at(answer).button_labels)
    last_line = seat.look_at(answer).text.splitlines()[-1]
    counter.handles(seat.sends_photo(photo(90), reply_to=answer))

    assert last_line.startswith("Answer this message with the photo, until ")
    assert last_line.endswith(": it counts as the same print.")
    assert _photos(counter) == [2]


def test_in_a_group_a_photo_in_reply_that_comes_late_is_looked_at_by_itself(
    counter: Counter, ana: Person
) -> None:
    seat, answer = _unsure_in_a_group(counter, ana)
    seat.presses(answer, "One more photo")
    question = seat.waits_for(lambda message: message.asks_for_reply is not None)

    counter.clock.advance(counter.rules.second_photo_within + timedelta(seconds=1))
    late = seat.sends_photo(photo(90), reply_to=question)

    assert seat.waits_for("Looking at it", after=late).reply_to_id == late.message_id
    counter.handles(late)
    assert _photos(counter) == [1, 1]
