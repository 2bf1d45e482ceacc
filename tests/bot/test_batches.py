"""/batch: who may set one, whose photos it narrows, and what the answer says of it."""

from datetime import timedelta

import pytest

from catalog.batches import find_batch, narrowed, note_fit, open_batches, parts_of
from catalog.tables import Job, JobKind, Sighting, SightingOutcome
from sandbox import Person
from tests.bot.counter import Counter, photo


@pytest.fixture
def ana(counter: Counter) -> Person:
    return counter.worker()


@pytest.fixture
def boss(counter: Counter) -> Person:
    return counter.admin()


def _says(person: Person, text: str) -> str:
    return person.waits_for("", after=person.sends_text(text)).text


def _batch_of_last_photo(counter: Counter) -> str | None:
    with counter.database.reading() as session:
        seen = session.query(Sighting).order_by(Sighting.id.desc()).first()
        assert seen is not None
        said = narrowed(session, seen.id)
    return None if said is None else said.batch.name


def _sends_photo(counter: Counter, person: Person, caption: str | None = None) -> str | None:
    """The batch that the photo is taken for."""
    counter.handles(person.sends_photo(photo(), caption=caption or ""))
    batch = _batch_of_last_photo(counter)
    counter.finds(outcome=SightingOutcome.UNKNOWN, reason="nothing_alike")
    return batch


def test_an_admin_sets_a_batch_by_a_list_in_one_message(counter: Counter, boss: Person) -> None:
    hook, clip, gear = (counter.part(name) for name in ("hook", "Clip 12", "gear"))

    told = _says(boss, f"/batch Tuesday <A>\nHOOK\nclip 12, #{gear}")

    assert told == "Batch Tuesday <A> is set: 3 parts."
    with counter.database.reading() as session:
        found = find_batch(session, "tuesday <a>", now=counter.clock())
        assert found is not None
        assert parts_of(session, found.id) == {hook, clip, gear}


def test_a_name_nobody_knows_is_told_and_nothing_changes(counter: Counter, boss: Person) -> None:
    hook = counter.part("hook")
    counter.part("clip")
    _says(boss, "/batch Tuesday: hook")

    told = _says(boss, "/batch Tuesday: clip, hok, <b>, hook")

    assert told == "I do not know 2 of these parts: hok, <b>. Nothing was changed."
    with counter.database.reading() as session:
        [only] = open_batches(session, now=counter.clock(), limit=9)
        assert parts_of(session, only.id) == {hook}


def test_a_worker_cannot_set_a_batch(counter: Counter, ana: Person) -> None:
    counter.part("hook")

    assert _says(ana, "/batch Tuesday: hook") == "Only admins can do that."
    sent = ana.sends_file("plate.3mf", b"PK", caption="/batch Tuesday")
    assert ana.waits_for("", after=sent).text == "Only admins can do that."

    with counter.database.reading() as session:
        assert open_batches(session, now=counter.clock(), limit=9) == []
        assert session.query(Job).count() == 0


def test_a_plate_sent_with_the_command_is_taken_in_as_a_batch(
    counter: Counter, boss: Person
) -> None:
    sent = boss.sends_file("plate.3mf", b"PK", caption="/batch Tuesday A")
    counter.handles(sent)
    job_id = counter.waiting_job(JobKind.RECEIVE)
    with counter.database.reading() as session:
        facts = session.get_one(Job, job_id).facts
    part = counter.part("hook")

    counter.receives(
        known=[{"part_id": part, "turned": False}], batch={"name": "Tuesday A", "parts": 1}
    )

    assert (facts["batch"], facts["caption"]) == ("Tuesday A", "")
    summary = boss.waits_for("is set", after=sent).text
    assert summary.splitlines()[0] == "Batch Tuesday A is set: one part."
    assert "Whose" not in summary
    assert "order" not in summary


def test_a_workers_photos_of_today_are_of_the_batch_until_it_is_off(
    counter: Counter, ana: Person, boss: Person
) -> None:
    counter.part("hook")
    _says(boss, "/batch Tuesday A: hook")
    ben = counter.worker("Ben", user_id=12)

    told = _says(ana, "/batch tuesday a")

    assert "the one part of batch Tuesday A" in told
    assert _sends_photo(counter, ana) == "Tuesday A"
    assert _sends_photo(counter, ben) is None
    assert _says(ana, "/batch off") == "No batch any more: I look among all parts."
    assert _sends_photo(counter, ana) is None
    assert _says(ana, "/batch off") == "No batch is chosen here: I look among all parts."


def test_tomorrow_it_is_over(counter: Counter, ana: Person, boss: Person) -> None:
    counter.part("hook")
    _says(boss, "/batch Tuesday A: hook")
    _says(ana, "/batch Tuesday A")

    counter.clock.advance(timedelta(days=1))

    assert _sends_photo(counter, ana) is None


def test_a_caption_narrows_one_photo(counter: Counter, ana: Person, boss: Person) -> None:
    counter.part("hook")
    _says(boss, "/batch Tuesday A: hook")

    assert _sends_photo(counter, ana, "Batch  tuesday a") == "Tuesday A"
    assert _sends_photo(counter, ana, "/batch Tuesday A") == "Tuesday A"
    assert _sends_photo(counter, ana, "lote Tuesday A") == "Tuesday A"
    assert _sends_photo(counter, ana, "a batch of hooks") is None
    assert _sends_photo(counter, ana) is None


def test_a_batch_that_there_is_not_is_told_and_the_photo_looked_at(
    counter: Counter, ana: Person
) -> None:
    sent = ana.sends_photo(photo(), caption="batch <Friday>")

    told = ana.waits_for("no batch", after=sent).text
    assert told == "There is no batch named <Friday>. I look among all parts."
    counter.handles(sent)
    assert _batch_of_last_photo(counter) is None
    assert "An admin can set it" in _says(ana, "/batch Friday")


def test_batches_can_be_chosen_and_left_with_a_thumb(
    counter: Counter, ana: Person, boss: Person
) -> None:
    for name in ("hook", "clip"):
        counter.part(name)
    assert "No batch is chosen here" in _says(ana, "/batch")
    _says(boss, "/batch Tuesday A: hook, clip")

    asked = ana.sends_text("/batch")
    offered = ana.waits_for("Of which batch", after=asked)
    ana.presses(offered, "Tuesday A · 2")
    chosen = ana.waits_for("among the 2 parts of batch Tuesday A", after=asked)
    assert _sends_photo(counter, ana) == "Tuesday A"
    ana.presses(chosen, "All parts again")
    ana.waits_for("No batch any more", after=asked)

    assert _sends_photo(counter, ana) is None


def test_in_a_group_the_batch_is_the_groups(counter: Counter, ana: Person, boss: Person) -> None:
    counter.part("hook")
    _says(boss, "/batch Tuesday A: hook")
    group = counter.sandbox.group(title="Shop", members=[boss, ana])
    seat, other = group.seat_of(boss), group.seat_of(ana)
    seat.waits_for("batch Tuesday A", after=seat.sends_text("/batch Tuesday A"))

    counter.handles(other.sends_photo(photo(), caption="/whois"))

    assert _batch_of_last_photo(counter) == "Tuesday A"
    counter.finds(outcome=SightingOutcome.UNKNOWN, reason="nothing_alike")
    assert _sends_photo(counter, ana) is None


@pytest.mark.parametrize(
    ("fits", "first_line"),
    [
        (True, "Among the 2 parts of batch Tuesday A:"),
        (False, "Nothing in batch Tuesday A fits. Outside of it:"),
        (None, "Maybe one of these, I am not sure:"),
    ],
)
def test_the_answer_says_among_which_parts_was_looked(
    counter: Counter, boss: Person, *, fits: bool | None, first_line: str
) -> None:
    hook, clip = counter.part("hook"), counter.part("clip")
    _says(boss, "/batch Tuesday A: hook, clip")
    sent = boss.sends_photo(photo(), caption="batch Tuesday A")
    counter.handles(sent)
    with counter.database.transaction() as session:
        seen = session.query(Sighting).order_by(Sighting.id.desc()).first()
        assert seen is not None
        note_fit(session, seen.id, fits=fits)

    counter.finds((hook, 0.4), (clip, 0.3), outcome=SightingOutcome.UNSURE, reason="not_sure")

    assert boss.waits_for("I am not sure", after=sent).text.splitlines()[0] == first_line


def test_an_admin_closes_a_batch_for_everybody(counter: Counter, ana: Person, boss: Person) -> None:
    counter.part("hook")
    _says(boss, "/batch Tuesday: hook")
    of_ana = ana.waits_for("Until midnight", after=ana.sends_text("/batch Tuesday"))
    of_boss = boss.waits_for("Until midnight", after=boss.sends_text("/batch Tuesday"))

    boss.presses(of_boss, "Close it for everybody")
    boss.waits_until(lambda _: not boss.look_at(of_boss).buttons)

    assert "Close it for everybody" not in of_ana.button_labels
    assert boss.look_at(of_boss).text == ("Batch Tuesday is closed: nobody can choose it any more.")
    assert _sends_photo(counter, ana) is None
    with counter.database.reading() as session:
        assert open_batches(session, now=counter.clock(), limit=9) == []
