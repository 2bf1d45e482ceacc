"""Another piece of a photo is chosen, and its sighting goes back to the queue."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from catalog.answers import sighting_card
from catalog.choices import CUT_OUT_FACT, Chosen, choose_cut_out
from catalog.database import Database
from catalog.deliveries import NewDelivery, write_delivery
from catalog.files import FileKey
from catalog.jobs import NewJob, queue_job
from catalog.leases import settle_done, take_lease
from catalog.sightings import (
    Answer,
    NamedCandidate,
    NewSighting,
    SeenCutOut,
    SentPhoto,
    add_photo,
    open_sighting,
    record_answer,
)
from catalog.tables import Candidate, Delivery, Job, JobKind, JobState, Sighting, SightingOutcome
from catalog.verdicts import say
from tests.fakes.clock import Clock
from tests.fakes.shop_floor import a_part, somebody

LEASE = timedelta(seconds=30)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def answered(database: Database, clock: Clock) -> int:
    """A sighting of two pieces, answered about the first."""
    with database.transaction() as session:
        ana, part_id = somebody(session, clock), a_part(session, clock)
        sighting = open_sighting(session, NewSighting(person_id=ana, chat_id=7), now=clock())
        sighting_id = sighting.sighting_id
        key = FileKey("sha256/aa/aa")
        sent = SentPhoto(chat_id=7, message_id=1, telegram_file_id="AgAC", file_key=key)
        add_photo(session, sighting_id, sent)
        job = NewJob(kind=JobKind.IDENTIFY, sighting_id=sighting_id, chat_id=7, status_message_id=2)
        job_id = queue_job(session, job, now=clock())
        take_lease(session, job_id, holder="w", now=clock(), lease=LEASE)
        settle_done(session, job_id, holder="w", now=clock())
        record_answer(session, sighting_id, _answer(part_id), now=clock())
        write_delivery(session, NewDelivery(kind="answer", chat_id=7, job_id=job_id), now=clock())
    return sighting_id


def _answer(part_id: int, *, number: int = 0) -> Answer:
    named = NamedCandidate(part_id=part_id, probability=0.3, score=1.0, rotation=(0.0,) * 9)
    return Answer(
        outcome=SightingOutcome.UNSURE,
        reason="not_sure",
        slug="test",
        cut_out_key=FileKey("sha256/bb/bb"),
        candidates=(named,),
        seen=SeenCutOut(number=number, plausible=2, doubtful=True),
    )


def test_the_one_job_of_the_sighting_is_queued_again_and_knows_the_choice(
    database: Database, clock: Clock, answered: int
) -> None:
    chosen = Chosen(sighting_id=answered, number=1, message_id=9)
    with database.transaction() as session:
        job_id = choose_cut_out(session, chosen, now=clock())

    with database.reading() as session:
        job = session.scalars(select(Job)).one()
        assert (job.id, job.state, job.attempts) == (job_id, JobState.QUEUED, 0)
        assert (job.facts, job.status_message_id) == ({CUT_OUT_FACT: 1}, 9)
        assert job.settled_at is None
        sighting = session.get_one(Sighting, answered)
        assert (sighting.outcome, sighting.decided_at) == (None, None)
        assert session.scalars(select(Candidate)).all() == []
        assert session.scalars(select(Delivery)).all() == []


def test_chosen_twice_it_is_queued_once(database: Database, clock: Clock, answered: int) -> None:
    chosen = Chosen(sighting_id=answered, number=1)
    with database.transaction() as session:
        first = choose_cut_out(session, chosen, now=clock())
    with database.transaction() as session:
        second = choose_cut_out(session, chosen, now=clock())

    assert first is not None
    assert second is None


@pytest.mark.parametrize("number", [-1, 0, 2, 99])
def test_what_is_shown_already_or_was_never_there_is_not_looked_at(
    number: int, database: Database, clock: Clock, answered: int
) -> None:
    with database.transaction() as session:
        chosen = Chosen(sighting_id=answered, number=number)

        assert choose_cut_out(session, chosen, now=clock()) is None
        assert session.scalars(select(Job)).one().state is JobState.DONE


def test_what_a_person_has_settled_is_not_looked_at_again(
    database: Database, clock: Clock, answered: int
) -> None:
    with database.transaction() as session:
        ana = session.get_one(Sighting, answered).person_id
        say(session, sighting_id=answered, part_id=None, person_id=ana, now=clock())

        chosen = Chosen(sighting_id=answered, number=1)
        assert choose_cut_out(session, chosen, now=clock()) is None


def test_the_next_answer_takes_the_place_of_the_one_before(
    database: Database, clock: Clock, answered: int
) -> None:
    with database.transaction() as session:
        job_id = choose_cut_out(session, Chosen(sighting_id=answered, number=1), now=clock())
    with database.transaction() as session:
        assert job_id is not None
        part_id = a_part(session, clock, name="the other")
        taken = take_lease(session, job_id, holder="w", now=clock(), lease=LEASE)
        assert taken is not None
        assert taken.facts[CUT_OUT_FACT] == 1
        settle_done(session, job_id, holder="w", now=clock())
        record_answer(session, answered, _answer(part_id, number=1), now=clock())

    with database.reading() as session:
        card = sighting_card(session, answered)
    assert card is not None
    assert card.seen == replace(SeenCutOut(), number=1, plausible=2, doubtful=True)
    assert [each.part.id for each in card.candidates] == [part_id]
