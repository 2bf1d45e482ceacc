"""Runs of fine-tuning: begun, noted, settled, and the networks that came of them.

Knows neither pixels nor how networks learn; catalog/describers_in_use.py says which of them answer.
All instants are aware UTC and handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.errors import Complaint
from catalog.files import FileKey
from catalog.jobs import NewJob, queue_job
from catalog.tables import Job, JobKind, JobState, TunedNetwork, Tuning, TuningState

#: What a TUNE job knows: its tuning.
TUNING_FACT = "tuning_id"


class TuningUnderWay(Complaint):
    """Two runs would take turns at the same cores and tell of each other's networks."""

    def __init__(self, tuning_id: int) -> None:
        super().__init__(tuning_id)
        self.tuning_id = tuning_id

    def __str__(self) -> str:
        return (
            f"Run {self.tuning_id} is under way: `whoseprint train --status` shows how far it is, "
            "`whoseprint train --stop` ends it."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTuning:
    """One run as queries tell of it; see the table for its columns."""

    id: int
    family: str
    state: TuningState
    config: str
    stage: str | None
    done: int
    total: int
    slug: str | None
    figures: Mapping[str, Any]
    hindrance: str | None
    began_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFile:
    """A network as it is kept."""

    key: FileKey
    sha256: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A run and the job that does it."""

    tuning_id: int
    job_id: int


def begin_tuning(session: Session, family: str, *, config: str, now: datetime) -> Begun:
    """Queue a run.

    Raises:
        TuningUnderWay: there is one already.
    """
    row = Tuning(family=family, config=config, began_at=now, figures={})
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        under_way = _under_way(session, family)
        if under_way is None:
            raise
        raise TuningUnderWay(under_way.id) from None
    return Begun(row.id, _queue(session, row.id, now))


def go_on(session: Session, tuning_id: int, *, now: datetime) -> int | None:
    """Queue a run again whose job was given up; its job, or None when that is not so."""
    run = session.get_one(Tuning, tuning_id, populate_existing=True, with_for_update=True)
    if run.state is not TuningState.LEARNING or is_queued(session, tuning_id):
        return None
    run.hindrance = None
    return _queue(session, tuning_id, now)


def is_queued(session: Session, tuning_id: int) -> bool:
    """Whether a worker does it, or will."""
    jobs = select(Job.id).where(
        Job.kind == JobKind.TUNE,
        Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
        Job.facts[TUNING_FACT].as_integer() == tuning_id,
    )
    return session.scalars(jobs).first() is not None


def tuning_of(session: Session, tuning_id: int) -> KnownTuning | None:
    """One run; None where there is none of this id."""
    row = session.get(Tuning, tuning_id, populate_existing=True)
    return None if row is None else _known(row)


def tuning_called(session: Session, slug: str) -> KnownTuning | None:
    """The run that gave the networks of a slug."""
    row = session.scalars(select(Tuning).where(Tuning.slug == slug)).one_or_none()
    return None if row is None else _known(row)


def tuning_under_way(session: Session, family: str) -> KnownTuning | None:
    """The run that is not settled."""
    row = _under_way(session, family)
    return None if row is None else _known(row)


def tunings(session: Session, family: str) -> list[KnownTuning]:
    """All runs, the latest first."""
    rows = session.scalars(select(Tuning).where(Tuning.family == family).order_by(Tuning.id.desc()))
    return [_known(row) for row in rows]


def note_stage(session: Session, tuning_id: int, *, stage: str, done: int, total: int) -> None:
    """Let people see how far a run is; nothing hinders it any more."""
    _change(session, tuning_id, stage=stage, done=done, total=total, hindrance=None)


def note_hindrance(session: Session, tuning_id: int, sentence: str) -> None:
    """Let people see why a run does not go on."""
    _change(session, tuning_id, hindrance=sentence)


def settle_tuning(
    session: Session,
    tuning_id: int,
    state: TuningState,
    *,
    now: datetime,
    figures: Mapping[str, Any] | None = None,
) -> bool:
    """Settle a run; False when it was settled already."""
    return _change(session, tuning_id, state=state, settled_at=now, figures=dict(figures or {}))


def keep_networks(
    session: Session, tuning_id: int, *, slug: str, files: Mapping[str, NetworkFile]
) -> None:
    """Keep what came of a run, under the slug that these networks have.

    Training that comes out the same twice has one slug: the later run has it then.
    """
    same = update(Tuning).where(Tuning.slug == slug, Tuning.id != tuning_id).values(slug=None)
    session.execute(same.execution_options(synchronize_session=False))
    row = session.get_one(Tuning, tuning_id, populate_existing=True)
    row.slug = slug
    for name, file in files.items():
        kept = session.get(TunedNetwork, (tuning_id, name))
        if kept is None:
            kept = TunedNetwork(tuning_id=tuning_id, name=name)
            session.add(kept)
        kept.file_key, kept.sha256 = file.key, file.sha256
    session.flush()


def networks_of(session: Session, slug: str) -> dict[str, NetworkFile]:
    """The networks of a slug by name; those that are not named are the shipped ones."""
    rows = session.scalars(
        select(TunedNetwork)
        .join(Tuning, Tuning.id == TunedNetwork.tuning_id)
        .where(Tuning.slug == slug)
    )
    return {row.name: NetworkFile(key=FileKey(row.file_key), sha256=row.sha256) for row in rows}


def _queue(session: Session, tuning_id: int, now: datetime) -> int:
    return queue_job(session, NewJob(kind=JobKind.TUNE, facts={TUNING_FACT: tuning_id}), now=now)


def _under_way(session: Session, family: str) -> Tuning | None:
    return session.scalars(
        select(Tuning).where(Tuning.family == family, Tuning.state == TuningState.LEARNING)
    ).one_or_none()


def _change(session: Session, tuning_id: int, **values: Any) -> bool:  # noqa: ANN401  # columns of one row
    changed = session.execute(
        update(Tuning)
        .where(Tuning.id == tuning_id, Tuning.state == TuningState.LEARNING)
        .values(**values)
        .returning(Tuning.id)
        .execution_options(synchronize_session=False)
    ).first()
    return changed is not None


def _known(row: Tuning) -> KnownTuning:
    return KnownTuning(
        id=row.id, family=row.family, state=row.state, config=row.config, stage=row.stage,
        done=row.done, total=row.total, slug=row.slug, figures=dict(row.figures),
        hindrance=row.hindrance, began_at=row.began_at, settled_at=row.settled_at,
    )  # fmt: skip
