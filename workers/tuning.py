"""Tune networks to the shop's parts, a slice of work at a time, behind everybody's back.

A run is one job of the catalog's queue. Each time it is taken it does some seconds of work, niced
and in a process of its own, keeps what it made, and queues itself behind whatever waits: a new part
never waits longer than a slice. A slice that was done begins to count attempts anew, so that only
work that fails three times running is given up, and not a long run with many restarts. Killed at
any line, the run goes on from its folder (workers/tuning_folder.py). At the end held-out photos
judge (workers/tuning_verdict.py): what is better is let come (workers/turning.py), the rest is not
kept. Why so: docs/decisions/0013-fine-tuning.md
"""

import subprocess
from datetime import timedelta

import structlog

from catalog.describers_in_use import let_come
from catalog.leases import LeasedJob, put_off
from catalog.signatures import searchable
from catalog.tables import Queue, TuningState
from catalog.tunings import (
    TUNING_FACT,
    KnownTuning,
    is_queued,
    keep_networks,
    note_hindrance,
    note_stage,
    settle_tuning,
    tuning_of,
)
from vision.editions import kept_as
from vision.networks import slug_of
from workers.lease import Lease
from workers.look_alikes import mesh_of
from workers.own_networks import EDITION_FIGURE
from workers.shop import Shop
from workers.tuning_folder import By, Command, TuningFolder, TuningStage
from workers.tuning_verdict import Finding, judged, read_answers
from workers.workshop import Workshop

_log = structlog.get_logger(__name__)

#: A worker that cannot tune leaves the run to others for so long.
LEFT_TO_OTHERS = timedelta(minutes=1)
#: Of a process that was opened without a workshop.
NO_WORKSHOP = "No worker that tunes has taken it up yet."
#: How often a slice is looked at while it runs.
_LOOK_EVERY_S = 1.0
#: A command that has more to do ends with this (training/shop_folder.py).
_MORE = 75


class StageFailed(Exception):
    """A command of training's ended in an error."""

    def __init__(self, stage: TuningStage, status: int, last_word: str) -> None:
        super().__init__(stage, status, last_word)
        self.stage, self.status, self.last_word = stage, status, last_word

    def __str__(self) -> str:
        return f"{self.stage.value} ended with {self.status}: {self.last_word}"


def tune_and_settle(job: LeasedJob, *, shop: Shop, lease: Lease) -> None:
    """Do a slice of a run.

    Raises:
        LeaseLost: somebody else has the job.
        StageFailed: see there; the run can be gone on with.
    """
    with shop.database.reading() as session:
        run = tuning_of(session, int(job.facts[TUNING_FACT]))
    if run is None or run.state is not TuningState.LEARNING:
        _end(job, run, shop=shop, lease=lease)
        return
    hindrance = NO_WORKSHOP if shop.workshop is None else shop.workshop.hindrance()
    if shop.workshop is None or hindrance is not None:
        _leave_to_others(job, run, hindrance or NO_WORKSHOP, shop=shop)
        return
    try:
        is_over = _go_on(run, folder_of(run.id, shop.workshop), shop=shop, lease=lease)
    except (StageFailed, OSError, ValueError, LookupError) as failure:  # no room, a damaged file
        with shop.database.transaction() as session:
            note_hindrance(session, run.id, str(failure))
        raise
    if not is_over:
        _queue_again(job, shop=shop, after=timedelta(0))


def _go_on(run: KnownTuning, folder: TuningFolder, *, shop: Shop, lease: Lease) -> bool:
    """What comes next; whether it was the last thing."""
    if not folder.is_laid_out:
        discard_settled(shop)
        _lay_out(run, folder, shop=shop, lease=lease)
    elif (command := folder.next_command()) is not None:
        _slice(run, command, folder, shop=shop, lease=lease)
    else:
        _conclude(run, folder, shop=shop, lease=lease)
        return True
    return False


def folder_of(tuning_id: int, workshop: Workshop) -> TuningFolder:
    """Where a run works."""
    return TuningFolder(workshop.folder / str(tuning_id))


def _lay_out(run: KnownTuning, folder: TuningFolder, *, shop: Shop, lease: Lease) -> None:
    """The parts that can be found, each as it is drawn from, and what answers now."""
    folder.path.mkdir(parents=True, exist_ok=True)
    slug = shop.recognition.describer.slug
    with shop.database.reading() as session:
        parts = list(searchable(session, kept_as(slug)))
    for done, part_id in enumerate(parts):
        _note(run, TuningStage.PARTS, (done, len(parts)), shop=shop, lease=lease)
        if not folder.part(part_id).exists() and (mesh := mesh_of(part_id, shop)) is not None:
            folder.lay_part(part_id, mesh)
    folder.write_plan(size=run.config, slug=slug, networks=shop.recognition.folders.get(slug))


def discard_settled(shop: Shop) -> None:
    """What lies here still of settled runs, because the power went before it was discarded."""
    if shop.workshop is None:
        return
    left = [int(path.name) for path in shop.workshop.folder.glob("*") if path.name.isdecimal()]
    with shop.database.reading() as session:
        runs = [run for each in left if (run := tuning_of(session, each)) is not None]
        over = [run.id for run in runs if run.state is not TuningState.LEARNING]
        over = [run_id for run_id in over if not is_queued(session, run_id)]  # whose worker does it
    for run_id in over:
        folder_of(run_id, shop.workshop).discard()


def _slice(
    run: KnownTuning, command: Command, folder: TuningFolder, *, shop: Shop, lease: Lease
) -> None:
    """Some seconds of one stage."""
    if shop.workshop is None:  # asked by whoever calls
        raise ValueError("there is no workshop")
    words = _words(command, folder, shop.workshop)
    with folder.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  # our own modules, paths of our own
            words, cwd=shop.workshop.root, stdout=log, stderr=log,
            start_new_session=True,  # Ctrl-C is for the worker, which finishes its slice
        )  # fmt: skip
        told = None
        try:
            while process.poll() is None:
                lease.check()
                if (progress := folder.progress()) != told:
                    _note(run, command.stage, progress, shop=shop, lease=lease)
                told = progress
                _wait(process)
        finally:
            process.kill()
            process.wait()
    _note(run, command.stage, folder.progress(), shop=shop, lease=lease)
    if process.returncode == _MORE:
        return
    if process.returncode != 0:
        raise StageFailed(command.stage, process.returncode, folder.last_word())
    folder.mark_done(command.stage)


def _words(command: Command, folder: TuningFolder, workshop: Workshop) -> list[str]:
    python = workshop.python if command.by is By.PRODUCT else workshop.training_python
    return [
        *("env", "OMP_NUM_THREADS=1", "nice", "-n", str(workshop.niceness)),
        *(str(python.absolute()), "-m", command.module),
        *("--folder", str(folder.path.resolve())),
        *("--seconds", str(workshop.slice_time.total_seconds())),
    ]


def _wait(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(timeout=_LOOK_EVERY_S)
    except subprocess.TimeoutExpired:
        return


def _conclude(run: KnownTuning, folder: TuningFolder, *, shop: Shop, lease: Lease) -> None:
    """Judge, keep what is better and let it come."""
    verdict = judged(read_answers(folder.answers))
    is_better = verdict.finding is Finding.BETTER
    files = folder.kept_networks(shop.files) if is_better else {}
    state = TuningState.BETTER if is_better else TuningState.NO_BETTER
    with shop.database.transaction() as session:
        now = shop.clock()
        lease.settle_done(session)
        figures = {**verdict.figures(), EDITION_FIGURE: kept_as(run.family)}
        if not settle_tuning(session, run.id, state, now=now, figures=figures):
            is_better = False  # stopped meanwhile
        if is_better:
            slug = slug_of(run.family, {name: file.sha256 for name, file in files.items()})
            keep_networks(session, run.id, slug=slug, files=files)
            let_come(session, run.family, slug, now=now)
    _log.info("tuning_settled", tuning_id=run.id, finding=verdict.finding.value)
    folder.discard()


def _end(job: LeasedJob, run: KnownTuning | None, *, shop: Shop, lease: Lease) -> None:
    """A run that was stopped, or that another kind of shop began."""
    with shop.database.transaction() as session:
        lease.settle_done(session)
    if shop.workshop is not None and run is not None:
        folder_of(run.id, shop.workshop).discard()
    _log.info("tuning_ended", job_id=job.id)


def _leave_to_others(job: LeasedJob, run: KnownTuning, hindrance: str, *, shop: Shop) -> None:
    with shop.database.transaction() as session:
        note_hindrance(session, run.id, hindrance)
    _queue_again(job, shop=shop, after=LEFT_TO_OTHERS)


def _queue_again(job: LeasedJob, *, shop: Shop, after: timedelta) -> None:
    with shop.database.transaction() as session:
        put_off(session, job.id, holder=job.holder, not_before=shop.clock() + after)
    shop.doorbell.ring(job.id, Queue.CATALOG, after=after)


def _note(
    run: KnownTuning, stage: TuningStage, progress: tuple[int, int], *, shop: Shop, lease: Lease
) -> None:
    """Let people see how far it is; also a moment to stop."""
    lease.check()
    done, total = progress
    with shop.database.transaction() as session:
        note_stage(session, run.id, stage=stage.value, done=done, total=total)
