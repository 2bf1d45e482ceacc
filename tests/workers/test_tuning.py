import os
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from catalog.database import Database
from catalog.describers_in_use import in_use
from catalog.jobs import ATTEMPTS_MAX
from catalog.kept_files import named_among
from catalog.leases import LeaseLost
from catalog.parts import mark_ready
from catalog.tables import Job, JobState, Queue, TuningState
from catalog.tunings import (
    KnownTuning,
    begin_tuning,
    go_on,
    is_queued,
    networks_of,
    settle_tuning,
    tunings,
)
from tests.fakes.catalogued import pending_part
from tests.fakes.clock import Clock
from tests.fakes.patience import wait_until
from tests.fakes.printed import sample
from tests.fakes.shops import ShopOpener
from tests.fakes.training_room import MUCH_BETTER, NO_BETTER, TURNS, TrainingRoom
from tests.fakes.tuned_networks import tunable
from vision.editions import kept_as
from vision.networks import family_of
from workers.janitor import CLEAN_EVERY, clean
from workers.lease import Lease, take
from workers.shop import Shop
from workers.tuning import LEFT_TO_OTHERS, tune_and_settle
from workers.tuning_folder import COMMANDS
from workers.work import End, work_on

STAGES = [command.module.removeprefix("training.") for command in COMMANDS]


@pytest.fixture
def room(tmp_path: Path) -> TrainingRoom:
    return TrainingRoom(tmp_path, answers=MUCH_BETTER)


@pytest.fixture
def shop(
    sqlite_database: Database, shop_on: ShopOpener, tmp_path: Path, room: TrainingRoom
) -> Shop:
    """Two parts that can be found."""
    opened = replace(tunable(shop_on(sqlite_database), tmp_path), workshop=room.workshop)
    for name in ("wall-hook", "stove-knob"):
        part_id, blank = pending_part(opened, name, sample(name)), opened.files.keep(b"blank")
        with opened.database.transaction() as session:
            signatures = {kept_as("learned"): b"..."}
            mark_ready(session, part_id, preview_key=blank, sheet_key=blank, signatures=signatures)
    return opened


def _begun(shop: Shop) -> int:
    with shop.database.transaction() as session:
        return begin_tuning(session, "learned", config="toy", now=shop.clock()).job_id


def _known(shop: Shop) -> KnownTuning:
    with shop.database.reading() as session:
        return tunings(session, "learned")[0]


def _job(shop: Shop, job_id: int) -> Job:
    with shop.database.reading() as session:
        job = session.get_one(Job, job_id)
        session.expunge(job)
    return job


def _work_to_the_end(shop: Shop, job_id: int) -> int:
    """How many turns it took."""
    turns = 0
    while _job(shop, job_id).state is JobState.QUEUED:
        assert work_on(job_id, Queue.CATALOG, shop=shop) is End.DONE
        turns += 1
    return turns


def test_a_run_walks_all_stages_in_slices_and_what_is_better_is_let_come(
    shop: Shop, room: TrainingRoom, tmp_path: Path
) -> None:
    job_id = _begun(shop)

    turns = _work_to_the_end(shop, job_id)

    assert turns == 1 + TURNS * len(STAGES) + 1  # parts laid out, the stages, the verdict
    assert room.asked() == [stage for stage in STAGES for _ in range(TURNS)]
    assert room.niceness() == {min(19, os.nice(0) + 15)}  # on top of our own
    assert room.hear_ctrl_c() == {False}  # the worker does, and finishes its slice
    run = _known(shop)
    assert (run.state, run.figures["finding"]) == (TuningState.BETTER, "better")
    assert run.slug is not None
    assert family_of(run.slug) == "learned"
    with shop.database.reading() as session:
        files = networks_of(session, run.slug)
        assert sorted(files) == ["embedder_photo", "embedder_view"]
        assert named_among(session, [file.key for file in files.values()]) == {
            file.key for file in files.values()
        }
        use = in_use(session, "learned")
    assert (use.slug, use.coming) == ("learned", run.slug)
    assert list((tmp_path / "tuning").iterdir()) == []


def test_between_two_slices_the_run_stands_behind_whatever_waits(shop: Shop, clock: Clock) -> None:
    job_id = _begun(shop)
    clock.advance(timedelta(seconds=5))

    work_on(job_id, Queue.CATALOG, shop=shop)

    job = _job(shop, job_id)
    assert (job.state, job.attempts, job.not_before) == (JobState.QUEUED, 0, clock())


def test_how_far_it_is_can_be_seen(shop: Shop) -> None:
    job_id = _begun(shop)
    for _ in range(2):
        work_on(job_id, Queue.CATALOG, shop=shop)

    run = _known(shop)

    assert (run.state, run.stage) == (TuningState.LEARNING, "photos")
    assert (run.done, run.total) == (1, TURNS)


def test_what_is_no_better_changes_nothing(
    shop: Shop, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    room = TrainingRoom(tmp_path_factory.mktemp("other"), answers=NO_BETTER)
    shop = replace(shop, workshop=room.workshop)

    _work_to_the_end(shop, _begun(shop))

    run = _known(shop)
    assert (run.state, run.slug) == (TuningState.NO_BETTER, None)
    assert run.figures["finding"] == "not_more"
    assert run.figures["edition"] == kept_as("learned")
    with shop.database.reading() as session:
        assert in_use(session, "learned").described == ("learned",)
    assert not list((tmp_path / "networks").glob("*"))


@pytest.mark.slow
def test_a_worker_killed_in_any_stage_costs_no_more_than_its_slice(
    shop: Shop, room: TrainingRoom, clock: Clock
) -> None:
    job_id = _begun(shop)
    work_on(job_id, Queue.CATALOG, shop=shop)
    for stage in STAGES:
        room.holds(stage)
        _die_in(stage, job_id, shop, room)
        clock.advance(timedelta(minutes=1))  # the lease of the dead runs out
        room.lets_go(stage)
        for _ in range(TURNS):
            assert work_on(job_id, Queue.CATALOG, shop=shop) is End.DONE

    _work_to_the_end(shop, job_id)

    assert _known(shop).state is TuningState.BETTER
    # one turn of each was lost, and none done twice
    assert room.asked() == [stage for stage in STAGES for _ in range(TURNS + 1)]


def _die_in(stage: str, job_id: int, shop: Shop, room: TrainingRoom) -> None:
    """Take the job, and lose everything once the stage has begun."""
    job = take(shop, job_id)
    assert job is not None
    lease, asked = Lease(job, shop), len(room.asked())

    def work() -> None:
        with pytest.raises(LeaseLost):
            tune_and_settle(job, shop=shop, lease=lease)

    worker = threading.Thread(target=work)
    worker.start()
    wait_until(lambda: len(room.asked()) > asked, seconds=60)
    lease.let_go()
    worker.join(60)
    assert not worker.is_alive()
    assert room.asked()[-1] == stage


@pytest.mark.slow
def test_a_stage_that_fails_is_tried_again_told_and_given_up_and_can_be_gone_on_with(
    shop: Shop, room: TrainingRoom, clock: Clock
) -> None:
    job_id = _begun(shop)
    room.breaks("shop_cut_outs")
    for _ in range(1 + TURNS):
        work_on(job_id, Queue.CATALOG, shop=shop)
    ends = []
    for _ in range(ATTEMPTS_MAX):
        ends.append(work_on(job_id, Queue.CATALOG, shop=shop))
        clock.advance(timedelta(minutes=1))
    assert ends == [End.PUT_BACK, End.PUT_BACK, End.GIVEN_UP]
    run = _known(shop)
    assert run.state is TuningState.LEARNING
    assert run.hindrance == "cut_outs ended with 1: it broke"
    with shop.database.transaction() as session:
        assert not is_queued(session, run.id)
        again = go_on(session, run.id, now=shop.clock())
    assert again is not None

    room.is_mended("shop_cut_outs")
    _work_to_the_end(shop, again)

    assert _known(shop).state is TuningState.BETTER
    assert room.asked().count("shop_photos") == TURNS


@pytest.mark.slow
def test_a_worker_without_pytorch_leaves_the_run_to_others_and_says_what_is_missing(
    shop: Shop, clock: Clock, tmp_path: Path, room: TrainingRoom
) -> None:
    without = replace(room.workshop, training_python=tmp_path / "no" / "python")
    job_id = _begun(shop)
    for _ in range(ATTEMPTS_MAX + 1):
        assert work_on(job_id, Queue.CATALOG, shop=replace(shop, workshop=without)) is End.DONE
        assert work_on(job_id, Queue.CATALOG, shop=shop) is None  # it is not due
        clock.advance(LEFT_TO_OTHERS)
    run = _known(shop)
    assert run.state is TuningState.LEARNING
    assert run.hindrance is not None
    assert "make setup-train" in run.hindrance

    _work_to_the_end(shop, job_id)

    assert _known(shop).state is TuningState.BETTER


def test_what_hinders_the_worker_itself_is_told_too(
    shop: Shop, room: TrainingRoom, clock: Clock
) -> None:
    room.workshop.folder.write_bytes(b"no folder can be made here")
    job_id = _begun(shop)
    for _ in range(ATTEMPTS_MAX):
        work_on(job_id, Queue.CATALOG, shop=shop)
        clock.advance(timedelta(minutes=1))

    run = _known(shop)

    assert _job(shop, job_id).state is JobState.GIVEN_UP
    assert run.hindrance is not None
    assert str(room.workshop.folder) in run.hindrance


def test_a_run_that_was_stopped_does_nothing_more(
    shop: Shop, room: TrainingRoom, tmp_path: Path
) -> None:
    job_id = _begun(shop)
    work_on(job_id, Queue.CATALOG, shop=shop)
    run = _known(shop)
    assert [each.name for each in (tmp_path / "tuning").iterdir()] == [str(run.id)]
    with shop.database.transaction() as session:
        settle_tuning(session, run.id, TuningState.STOPPED, now=shop.clock())

    assert _work_to_the_end(shop, job_id) == 1

    assert room.asked() == []
    assert list((tmp_path / "tuning").iterdir()) == []
    with shop.database.reading() as session:
        assert session.scalars(select(Job.state).where(Job.id == job_id)).one() is JobState.DONE


def test_what_a_killed_worker_left_of_a_settled_run_goes_when_the_next_one_begins(
    shop: Shop, room: TrainingRoom
) -> None:
    job_id = _begun(shop)
    old = room.workshop.folder / str(_known(shop).id)
    (old / "photos").mkdir(parents=True)
    with shop.database.transaction() as session:
        session.delete(session.get_one(Job, job_id))  # settled, too, and nobody does it any more
        settle_tuning(session, _known(shop).id, TuningState.NO_BETTER, now=shop.clock())
    beside = room.workshop.folder / "notes"
    beside.mkdir()

    assert work_on(_begun(shop), Queue.CATALOG, shop=shop) is End.DONE

    assert not old.exists()
    assert beside.exists()
    assert (room.workshop.folder / str(_known(shop).id) / "plan.json").exists()


def test_the_janitor_discards_what_a_killed_worker_left_and_no_folder_that_is_in_use(
    shop: Shop, room: TrainingRoom, clock: Clock
) -> None:
    job_id = _begun(shop)
    run = _known(shop)
    work_on(job_id, Queue.CATALOG, shop=shop)
    folder = room.workshop.folder / str(run.id)

    assert clean(shop) is not None
    assert folder.exists()  # it learns
    with shop.database.transaction() as session:
        settle_tuning(session, run.id, TuningState.STOPPED, now=shop.clock())
    clock.advance(CLEAN_EVERY)
    clean(shop)
    assert folder.exists()  # its worker has not seen that yet
    with shop.database.transaction() as session:
        session.delete(session.get_one(Job, job_id))  # as if it had, and died then
    clock.advance(CLEAN_EVERY)
    clean(shop)

    assert not folder.exists()
