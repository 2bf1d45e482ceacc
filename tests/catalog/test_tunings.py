from datetime import timedelta

import pytest
from sqlalchemy import select

from catalog.database import Database
from catalog.files import FileKey
from catalog.jobs import ATTEMPTS_MAX
from catalog.kept_files import named_among
from catalog.leases import Failure, give_up, put_off, take_lease
from catalog.tables import Job, JobKind, JobState, Queue, TuningState
from catalog.tunings import (
    TUNING_FACT,
    Begun,
    NetworkFile,
    TuningUnderWay,
    begin_tuning,
    go_on,
    keep_networks,
    networks_of,
    note_hindrance,
    note_stage,
    settle_tuning,
    tuning_of,
    tuning_under_way,
    tunings,
)
from tests.fakes.clock import Clock

LEASE = timedelta(seconds=15)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _begun(database: Database, clock: Clock) -> Begun:
    with database.transaction() as session:
        return begin_tuning(session, "learned", config="shop", now=clock())


def test_a_run_is_a_job_of_the_catalogs_queue(database: Database, clock: Clock) -> None:
    begun = _begun(database, clock)

    with database.reading() as session:
        job = session.get_one(Job, begun.job_id)
        assert (job.kind, job.queue, job.state) == (JobKind.TUNE, Queue.CATALOG, JobState.QUEUED)
        assert job.facts == {TUNING_FACT: begun.tuning_id}
        known = tuning_under_way(session, "learned")
        assert known is not None
        assert (known.id, known.state, known.config) == (
            begun.tuning_id,
            TuningState.LEARNING,
            "shop",
        )


def test_of_two_runs_at_once_the_second_is_refused_in_a_sentence(
    database: Database, clock: Clock
) -> None:
    first = _begun(database, clock)

    with pytest.raises(TuningUnderWay, match=f"Run {first.tuning_id} is under way"):
        _begun(database, clock)

    with database.transaction() as session:
        assert session.scalars(select(Job.id)).all() == [first.job_id]
        settle_tuning(session, first.tuning_id, TuningState.NO_BETTER, now=clock())
    assert _begun(database, clock).tuning_id != first.tuning_id


def test_progress_takes_a_hindrance_away_and_what_is_settled_stays_so(
    database: Database, clock: Clock
) -> None:
    begun = _begun(database, clock)
    with database.transaction() as session:
        note_hindrance(session, begun.tuning_id, "There is no PyTorch.")
    with database.transaction() as session:
        known = tuning_of(session, begun.tuning_id)
        assert known is not None
        assert known.hindrance == "There is no PyTorch."
        note_stage(session, begun.tuning_id, stage="photos", done=2, total=9)
        settle_tuning(
            session, begun.tuning_id, TuningState.STOPPED, now=clock(), figures={"photos": 3}
        )
        note_stage(session, begun.tuning_id, stage="cut_outs", done=1, total=9)

        assert not settle_tuning(session, begun.tuning_id, TuningState.BETTER, now=clock())
    with database.reading() as session:
        [known] = tunings(session, "learned")
        assert (known.state, known.stage, known.done, known.hindrance) == (
            TuningState.STOPPED,
            "photos",
            2,
            None,
        )
        assert known.figures == {"photos": 3}


def test_networks_are_found_by_their_slug_and_their_files_are_kept(
    database: Database, clock: Clock
) -> None:
    first, files = (
        _begun(database, clock),
        {"embedder_view": NetworkFile(key=FileKey("k"), sha256="ab")},
    )
    with database.transaction() as session:
        keep_networks(session, first.tuning_id, slug="learned-0123abcd", files=files)
        keep_networks(session, first.tuning_id, slug="learned-0123abcd", files=files)
        settle_tuning(session, first.tuning_id, TuningState.BETTER, now=clock())
    second = _begun(database, clock)
    with database.transaction() as session:  # it came out the same
        keep_networks(session, second.tuning_id, slug="learned-0123abcd", files=files)

        assert networks_of(session, "learned-0123abcd") == files
        assert networks_of(session, "learned") == {}
        assert named_among(session, [FileKey("k"), FileKey("other")]) == {"k"}
        later, earlier = tunings(session, "learned")
        assert (later.slug, earlier.slug) == ("learned-0123abcd", None)


def test_a_slice_of_work_that_was_done_begins_to_count_attempts_anew(
    database: Database, clock: Clock
) -> None:
    begun = _begun(database, clock)
    for _ in range(ATTEMPTS_MAX + 2):
        with database.transaction() as session:
            taken = take_lease(session, begun.job_id, holder="a", now=clock(), lease=LEASE)
            assert taken is not None
            assert taken.attempt == 1
            put_off(session, begun.job_id, holder="a", not_before=clock())


def test_a_run_whose_job_was_given_up_goes_on_with_another(
    database: Database, clock: Clock
) -> None:
    begun = _begun(database, clock)
    with database.transaction() as session:
        assert go_on(session, begun.tuning_id, now=clock()) is None
        note_hindrance(session, begun.tuning_id, "It failed.")
        assert take_lease(session, begun.job_id, holder="a", now=clock(), lease=LEASE)
        give_up(session, begun.job_id, Failure("failed"), holder="a", now=clock())

        again = go_on(session, begun.tuning_id, now=clock())

        assert again is not None
        assert again != begun.job_id
        assert session.get_one(Job, again).facts == {TUNING_FACT: begun.tuning_id}
        known = tuning_of(session, begun.tuning_id)
        assert known is not None
        assert (known.state, known.hindrance) == (TuningState.LEARNING, None)
