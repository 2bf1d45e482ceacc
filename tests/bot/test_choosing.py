"""A doubtful cut-out is shown, and one tap has the other piece looked at."""

from sqlalchemy import select

from catalog.leases import take_lease
from catalog.sightings import SeenCutOut
from catalog.tables import Candidate, Job, JobState, SightingOutcome
from sandbox import Message, Person
from tests.bot.counter import Counter, photo

DOUBT = "I looked at the piece marked in the picture"


def _doubtful(counter: Counter, ana: Person) -> tuple[Message, Message, int]:
    """A photo of two things, answered about the first; the answer, and another part."""
    bracket, hook = counter.part("Bracket M4"), counter.part("Hook 3")
    sent = ana.sends_photo(photo())
    counter.finds(
        (bracket, 0.4), (hook, 0.2),
        outcome=SightingOutcome.UNSURE, reason="not_sure",
        seen=SeenCutOut(number=0, plausible=2, doubtful=True),
    )  # fmt: skip
    return sent, ana.waits_for(DOUBT, after=sent), hook


def test_one_tap_asks_about_the_other_piece_and_the_same_message_answers(counter: Counter) -> None:
    ana = counter.worker()
    sent, answer, hook = _doubtful(counter, ana)
    first_picture = answer.photo

    toast = ana.presses(answer, "Other object")
    waiting = ana.waits_for("Looking at the other object", after=sent)
    job_id = counter.waiting_job()
    with counter.database.reading() as session:
        wanted = session.get_one(Job, job_id).facts["cut_out"]
        candidates = session.scalars(select(Candidate)).all()
    counter.finds((hook, 0.97), seen=SeenCutOut(number=1, plausible=2, doubtful=True))
    final = ana.waits_for("Hook 3", after=sent)

    assert answer.button_labels[-1] == "Other object"
    assert first_picture is not None
    assert toast == "I am looking at it."
    assert not waiting.buttons
    assert (wanted, candidates) == (1, [])
    assert final.message_id == waiting.message_id == answer.message_id
    assert len(ana.after(sent)) == 1
    assert final.buttons[-1].data != answer.buttons[-1].data  # back to the first piece


def test_pressed_twice_it_is_looked_at_once(counter: Counter) -> None:
    ana = counter.worker()
    _, answer, _ = _doubtful(counter, ana)
    data = answer.buttons[-1].data or ""

    toasts = [ana.sees_toast(ana.taps_data(answer, data)).text for _ in range(2)]

    assert toasts == ["I am looking at it."] * 2
    with counter.database.reading() as session:
        assert [job.state for job in session.scalars(select(Job))] == [JobState.QUEUED]


def test_an_answer_from_before_cannot_be_confirmed_while_the_other_is_looked_at(
    counter: Counter,
) -> None:
    ana = counter.worker()
    _, answer, _ = _doubtful(counter, ana)
    ana.sees_toast(ana.taps_data(answer, answer.buttons[-1].data or ""))

    toast = ana.sees_toast(ana.taps_data(answer, answer.buttons[0].data or ""))

    assert toast.text == "This button is too old. Please ask again."


def test_what_a_person_has_said_stands(counter: Counter) -> None:
    ana = counter.worker()
    sent, answer, _ = _doubtful(counter, ana)
    ana.presses(answer, "1")
    ana.waits_for("confirmed by you", after=sent)

    toast = ana.sees_toast(ana.taps_data(answer, answer.buttons[-1].data or ""))

    assert toast.text.startswith("Already confirmed by you")
    with counter.database.reading() as session:
        assert [job.state for job in session.scalars(select(Job))] == [JobState.DONE]


def test_a_stranger_chooses_nothing(counter: Counter) -> None:
    _, answer, _ = _doubtful(counter, counter.worker())
    mallory = counter.stranger()

    mallory.taps_data(mallory.sends_text("hello"), answer.buttons[-1].data or "")

    with counter.database.reading() as session:
        assert [job.state for job in session.scalars(select(Job))] == [JobState.DONE]


def test_nothing_alike_about_a_doubtful_piece_shows_it_and_offers_the_other(
    counter: Counter,
) -> None:
    luis = counter.worker("Luis", language="es")
    bracket = counter.part("Bracket M4")
    sent = luis.sends_photo(photo())
    counter.finds(
        (bracket, 0.03), outcome=SightingOutcome.UNKNOWN, reason="nothing_alike",
        seen=SeenCutOut(number=0, plausible=3, doubtful=True),
    )  # fmt: skip

    answer = luis.waits_for("No sé bien", after=sent)

    assert answer.photo is not None
    assert answer.button_labels == ["Otro objeto"]


def test_a_doubtful_piece_alone_is_shown_without_a_choice(counter: Counter) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket M4")
    sent = ana.sends_photo(photo())
    counter.finds(
        (bracket, 0.4), outcome=SightingOutcome.UNSURE, reason="not_sure",
        seen=SeenCutOut(doubtful=True),
    )  # fmt: skip

    answer = ana.waits_for(DOUBT, after=sent)

    assert answer.photo is not None
    assert "Other object" not in answer.button_labels


def test_a_sure_answer_about_one_of_two_pieces_offers_the_other_and_says_no_doubt(
    counter: Counter,
) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket M4")
    sent = ana.sends_photo(photo())
    counter.finds((bracket, 0.97), seen=SeenCutOut(plausible=2, doubtful=True))

    answer = ana.waits_for("Sure: 97\u00a0%", after=sent)

    assert DOUBT not in answer.text
    assert answer.button_labels[-1] == "Other object"


def test_a_worker_that_dies_over_the_other_piece_leaves_its_job_to_the_next(
    counter: Counter,
) -> None:
    ana = counter.worker()
    sent, answer, hook = _doubtful(counter, ana)
    ana.presses(answer, "Other object")
    job_id = counter.waiting_job()
    lease = counter.rules.album_pause
    with counter.database.transaction() as session:
        take_lease(session, job_id, holder="dies", now=counter.clock(), lease=lease)
    counter.clock.advance(2 * lease)

    counter.finds((hook, 0.97), job_id=job_id)

    assert ana.waits_for("Hook 3", after=sent).message_id == answer.message_id
