"""One more photo is added to a sighting that was not sure, whole or not at all."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from catalog.answers import sighting_card
from catalog.awaited_photos import (
    PHOTOS_APART,
    await_more_at_once,
    await_no_photo,
    await_photo,
    awaited_until,
    awaiting_photo,
    join_photo,
    keep_answer,
    stand_again,
    takes_photo,
)
from catalog.database import Database
from catalog.deliveries import NewDelivery, write_delivery
from catalog.files import FileKey
from catalog.jobs import NewJob, queue_job, retry_given_up
from catalog.kept_files import forget_photos, named_among
from catalog.leases import Failure, LeaseLost, give_up, settle_done, take_lease
from catalog.sightings import (
    PHOTOS_MAX,
    Answer,
    NamedCandidate,
    NewSighting,
    SentPhoto,
    add_photo,
    album_sighting,
    note_answer_message,
    open_sighting,
    photos_of,
    record_answer,
)
from catalog.tables import Delivery, Job, JobKind, JobState, Sighting, SightingOutcome
from catalog.verdicts import say, undo
from tests.fakes.clock import Clock
from tests.fakes.shop_floor import a_part, somebody

CHAT = 7
MINUTES = timedelta(minutes=5)
SIDE = FileKey("sha256/cc/cc")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def unsure(database: Database, clock: Clock) -> int:
    """A sighting of one photo, answered without being sure."""
    with database.transaction() as session:
        ana, part_id = somebody(session, clock), a_part(session, clock)
        opened = open_sighting(session, NewSighting(person_id=ana, chat_id=CHAT), now=clock())
        add_photo(session, opened.sighting_id, _photo(1))
        job = NewJob(
            kind=JobKind.IDENTIFY, sighting_id=opened.sighting_id, chat_id=CHAT,
            status_message_id=2,
        )  # fmt: skip
        job_id = queue_job(session, job, now=clock())
        take_lease(session, job_id, holder="w", now=clock(), lease=MINUTES)
        settle_done(session, job_id, holder="w", now=clock())
        named = NamedCandidate(part_id=part_id, probability=0.3, score=1.0, rotation=(0.0,) * 9)
        answer = Answer(
            outcome=SightingOutcome.UNSURE, reason="not_sure", slug="test", cut_out_key=None,
            candidates=(named,), asked_view_key=SIDE,
        )  # fmt: skip
        record_answer(session, opened.sighting_id, answer, now=clock())
        note_answer_message(session, opened.sighting_id, message_id=2)
        told = NewDelivery(kind="answer", chat_id=CHAT, job_id=job_id)
        write_delivery(session, told, now=clock())
    return opened.sighting_id


def _photo(number: int, *, album: str | None = None) -> SentPhoto:
    key = FileKey(f"sha256/aa/a{number}")
    return SentPhoto(
        chat_id=CHAT, message_id=number, telegram_file_id="AgAC", file_key=key, album=album
    )


def test_a_joined_photo_sends_the_sighting_back_to_the_queue_with_both(
    database: Database, clock: Clock, unsure: int
) -> None:
    with database.transaction() as session:
        before = session.get_one(Sighting, unsure).nonce
        joined = join_photo(
            session, unsure, _photo(3), status_message_id=4, ready_at=clock() + MINUTES
        )

    with database.reading() as session:
        row, job = session.get_one(Sighting, unsure), session.scalars(select(Job)).one()
        assert joined is not None
        assert (joined.job_id, joined.answer_message_id) == (job.id, 2)
        assert (job.state, job.attempts, job.status_message_id) == (JobState.QUEUED, 0, 4)
        assert job.not_before == clock() + MINUTES
        assert len(photos_of(session, unsure)) == 2
        assert (row.outcome, row.decided_at) == (None, None)
        assert row.nonce != before
        card = sighting_card(session, unsure)
        assert card is not None
        assert card.candidates == ()
        assert session.scalars(select(Delivery)).all() == []


def test_a_crash_before_the_commit_leaves_the_answer_as_it_was(
    database: Database, clock: Clock, unsure: int
) -> None:
    class PowerCut(Exception):
        pass

    with pytest.raises(PowerCut), database.transaction() as session:
        join_photo(session, unsure, _photo(3), status_message_id=4, ready_at=clock())
        raise PowerCut

    with database.reading() as session:
        assert session.get_one(Sighting, unsure).outcome is SightingOutcome.UNSURE
        assert len(photos_of(session, unsure)) == 1
        assert session.scalars(select(Job)).one().state is JobState.DONE
        assert len(session.scalars(select(Delivery)).all()) == 1


def test_a_photo_that_joins_while_others_are_looked_at_has_all_looked_at_anew(
    database: Database, clock: Clock, unsure: int
) -> None:
    with database.transaction() as session:
        joined = join_photo(session, unsure, _photo(3), status_message_id=4, ready_at=clock())
        assert joined is not None
        take_lease(session, joined.job_id, holder="w", now=clock(), lease=MINUTES)

        again = join_photo(session, unsure, _photo(5), status_message_id=None, ready_at=clock())

    assert again is not None
    assert (again.job_id, again.answer_message_id) == (joined.job_id, None)
    with database.transaction() as session:
        job = session.scalars(select(Job)).one()
        assert (job.state, job.attempts, job.status_message_id) == (JobState.QUEUED, 0, 4)
        assert len(photos_of(session, unsure)) == 3
        with pytest.raises(LeaseLost):
            settle_done(session, job.id, holder="w", now=clock())
    with database.transaction() as session:
        assert stand_again(session, unsure, now=clock())
        assert photos_of(session, unsure) == [_photo(1).file_key]


def test_of_a_full_sighting_that_is_looked_at_no_photo_is(
    database: Database, clock: Clock, unsure: int
) -> None:
    with database.transaction() as session:
        for number in range(3, 2 + PHOTOS_MAX):
            join_photo(session, unsure, _photo(number), status_message_id=4, ready_at=clock())

        assert not takes_photo(session, unsure)
        assert join_photo(session, unsure, _photo(9), status_message_id=4, ready_at=clock()) is None


def test_what_was_sent_in_the_same_moment_belongs_by_when_it_was_sent_not_when_it_came(
    database: Database, clock: Clock, unsure: int
) -> None:
    with database.transaction() as session:
        ana, sent_at = session.get_one(Sighting, unsure).person_id, clock()
        await_photo(session, unsure, person_id=ana, until=clock() + MINUTES)
        join_photo(session, unsure, _photo(3), status_message_id=4, ready_at=clock())
        await_more_at_once(session, unsure, person_id=ana, sent_at=sent_at)

        def belongs(after_s: float) -> bool:
            came, late = sent_at + timedelta(seconds=after_s), clock() + MINUTES
            meant = awaiting_photo(session, person_id=ana, chat_id=CHAT, sent_at=came, now=late)
            return meant == unsure

        assert [belongs(0), belongs(2), belongs(3)] == [True, True, False]
        keep_answer(session, unsure, _answer(SightingOutcome.UNSURE), now=clock())
        assert not belongs(0)
        assert awaited_until(session, unsure) is None


def test_a_verdict_closes_it_and_taken_back_opens_it_again(
    database: Database, clock: Clock, unsure: int
) -> None:
    with database.transaction() as session:
        ana = session.get_one(Sighting, unsure).person_id
        say(session, sighting_id=unsure, part_id=None, person_id=ana, now=clock())
        settled = takes_photo(session, unsure)
        undo(session, sighting_id=unsure, person_id=ana, now=clock())

        assert (settled, takes_photo(session, unsure)) == (False, True)


@pytest.mark.parametrize("outcome", [SightingOutcome.ACCEPTED, SightingOutcome.UNKNOWN])
def test_other_answers_take_no_photo(
    outcome: SightingOutcome, database: Database, unsure: int
) -> None:
    with database.transaction() as session:
        session.get_one(Sighting, unsure).outcome = outcome

        assert not takes_photo(session, unsure)


def test_photos_that_are_forgotten_cannot_be_looked_at_again(
    database: Database, clock: Clock, unsure: int
) -> None:
    with database.transaction() as session:
        assert named_among(session, [SIDE]) == {SIDE}
        forget_photos(session, taken_before=clock() + MINUTES)

        assert not takes_photo(session, unsure)
        assert named_among(session, [SIDE]) == set()


def test_a_full_sighting_takes_no_photo(database: Database, unsure: int) -> None:
    with database.transaction() as session:
        for number in range(3, 2 + PHOTOS_MAX):
            add_photo(session, unsure, _photo(number))

        assert not takes_photo(session, unsure)


def test_a_person_who_said_so_is_awaited_in_that_chat_until_then(
    database: Database, clock: Clock, unsure: int
) -> None:
    with database.transaction() as session:
        ana = session.get_one(Sighting, unsure).person_id
        luis, until = somebody(session, clock, name="Luis"), clock() + MINUTES

        assert await_photo(session, unsure, person_id=ana, until=until)
        assert await_photo(session, unsure, person_id=ana, until=until)  # pressed twice
        assert awaited_until(session, unsure) == until
        late = until + timedelta(seconds=1)

        def meant(person_id: int, chat_id: int, now: datetime) -> int | None:
            return awaiting_photo(
                session, person_id=person_id, chat_id=chat_id, sent_at=clock(), now=now
            )

        assert meant(ana, CHAT, clock()) == unsure
        assert meant(luis, CHAT, clock()) is None
        assert meant(ana, 8, clock()) is None
        assert meant(ana, CHAT, late) is None


def test_the_awaited_photo_is_awaited_once(database: Database, clock: Clock, unsure: int) -> None:
    with database.transaction() as session:
        ana = session.get_one(Sighting, unsure).person_id
        await_photo(session, unsure, person_id=ana, until=clock() + MINUTES)
        join_photo(session, unsure, _photo(3), status_message_id=4, ready_at=clock())

        assert awaited_until(session, unsure) is None
        assert not await_no_photo(session, unsure)


def test_an_album_is_found_by_the_sighting_it_was_added_to(
    database: Database, clock: Clock, unsure: int
) -> None:
    with database.transaction() as session:
        join_photo(session, unsure, _photo(3, album="A"), status_message_id=4, ready_at=clock())

        again = NewSighting(person_id=1, chat_id=CHAT, media_group_id="A")
        assert open_sighting(session, again, now=clock()).sighting_id == unsure
        assert album_sighting(session, CHAT, "A") == unsure
        assert album_sighting(session, 8, "A") is None


def test_where_the_further_photos_cannot_be_looked_at_the_answer_of_before_stands_without_them(
    database: Database, clock: Clock, unsure: int
) -> None:
    with database.transaction() as session:
        join_photo(session, unsure, _photo(3), status_message_id=4, ready_at=clock())
        add_photo(session, unsure, _photo(4))  # the next of the same album

        assert stand_again(session, unsure, now=clock())

    with database.reading() as session:
        row, card = session.get_one(Sighting, unsure), sighting_card(session, unsure)
        assert (row.outcome, row.reason) == (SightingOutcome.UNSURE, "not_sure")
        assert row.decided_at == clock()
        assert photos_of(session, unsure) == [_photo(1).file_key]
        assert card is not None
        assert [each.probability for each in card.candidates] == [0.3]
        assert card.asked_view_key == SIDE


def test_photos_that_fit_nothing_together_leave_the_answer_of_before(
    database: Database, clock: Clock, unsure: int
) -> None:
    nothing = _answer(SightingOutcome.UNKNOWN)
    with database.transaction() as session:
        join_photo(session, unsure, _photo(3), status_message_id=4, ready_at=clock())

        assert not keep_answer(session, unsure, nothing, now=clock())

    with database.reading() as session:
        card = sighting_card(session, unsure)
        assert card is not None
        assert (card.outcome, card.reason) == (SightingOutcome.UNSURE, PHOTOS_APART)
        assert [each.probability for each in card.candidates] == [0.3]
        assert photos_of(session, unsure) == [_photo(1).file_key]
        assert takes_photo(session, unsure)


def test_what_photos_together_say_takes_the_place_of_the_answer_before(
    database: Database, clock: Clock, unsure: int
) -> None:
    with database.transaction() as session:
        join_photo(session, unsure, _photo(3), status_message_id=4, ready_at=clock())

        assert keep_answer(session, unsure, _answer(SightingOutcome.ACCEPTED), now=clock())
        assert session.get_one(Sighting, unsure).outcome is SightingOutcome.ACCEPTED
        assert len(photos_of(session, unsure)) == 2


def test_one_photo_that_fits_nothing_is_unknown(
    database: Database, clock: Clock, unsure: int
) -> None:
    with database.transaction() as session:
        row = session.get_one(Sighting, unsure)
        row.outcome = row.decided_at = None

        assert keep_answer(session, unsure, _answer(SightingOutcome.UNKNOWN), now=clock())
        assert row.outcome is SightingOutcome.UNKNOWN


def test_a_decided_answer_is_not_put_back(database: Database, clock: Clock, unsure: int) -> None:
    with database.transaction() as session:
        join_photo(session, unsure, _photo(3), status_message_id=4, ready_at=clock())
        record_answer(session, unsure, _answer(SightingOutcome.ACCEPTED), now=clock())

        assert not stand_again(session, unsure, now=clock())
        assert session.get_one(Sighting, unsure).outcome is SightingOutcome.ACCEPTED
        assert len(photos_of(session, unsure)) == 2


def test_what_another_piece_took_away_does_not_stand_again(
    database: Database, clock: Clock, unsure: int
) -> None:
    with database.transaction() as session:
        join_photo(session, unsure, _photo(3), status_message_id=4, ready_at=clock())
        record_answer(session, unsure, _answer(SightingOutcome.UNKNOWN), now=clock())
        row = session.get_one(Sighting, unsure)
        row.outcome = row.decided_at = None

        assert not stand_again(session, unsure, now=clock())


def test_a_retried_job_takes_no_photo_meanwhile(
    database: Database, clock: Clock, unsure: int
) -> None:
    with database.transaction() as session:
        joined = join_photo(session, unsure, _photo(3), status_message_id=4, ready_at=clock())
        assert joined is not None
        job = take_lease(session, joined.job_id, holder="w", now=clock(), lease=MINUTES)
        assert job is not None
        give_up(session, job.id, Failure("crashed"), holder="w", now=clock())
        stand_again(session, unsure, now=clock())
        retry_given_up(session, job.id, now=clock())

        assert join_photo(session, unsure, _photo(5), status_message_id=6, ready_at=clock()) is None


def _answer(outcome: SightingOutcome) -> Answer:
    return Answer(outcome=outcome, reason="sure", slug="test", cut_out_key=None, candidates=())
