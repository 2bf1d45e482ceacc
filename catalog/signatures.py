"""What describers remember of parts, and the version by which an open index learns what is new.

The version moves in the same transaction as the set of searchable parts: its row is held until the
commit, so that who reads version n sees everything written up to n.
A slug names here what can read a signature: the describer and its edition. Opaque otherwise.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from catalog.tables import (
    CatalogueVersion,
    Job,
    JobKind,
    JobState,
    Part,
    PartSignature,
    PartState,
)

_UNSETTLED = (JobState.QUEUED, JobState.RUNNING)


def catalogue_version(session: Session) -> int:
    """The version; 0 before the first part is ready."""
    return session.scalars(select(CatalogueVersion.version)).one_or_none() or 0


def move_version(session: Session) -> int:
    """Tell every open index to look again; the new version. Waits for other writers."""
    moved = session.scalars(_moved()).one_or_none()
    if moved is not None:
        return moved
    try:
        with session.begin_nested():
            session.add(CatalogueVersion(id=1, version=1))
    except IntegrityError:  # another process wrote the first one a moment ago
        return session.scalars(_moved()).one()
    return 1


def hold_catalogue(session: Session) -> None:
    """Let nobody else add parts or make them searchable until this transaction ends."""
    held = select(CatalogueVersion.id).with_for_update()
    if session.scalars(held).one_or_none() is None:
        move_version(session)


def keep_signatures(
    session: Session, part_id: int, signatures: Mapping[str, bytes], *, version: int
) -> None:
    """Keep a part's signatures by slug, in place of older ones of the same slugs."""
    for slug, data in signatures.items():
        row = session.get(PartSignature, (part_id, slug))
        if row is None:
            row = PartSignature(part_id=part_id, slug=slug, version=version, data=data)
            session.add(row)
        row.version, row.data = version, data
    session.flush()


def searchable(session: Session, slug: str) -> dict[int, int]:
    """The ready parts that have a signature of this slug, each with its signature's version."""
    rows = session.execute(
        select(PartSignature.part_id, PartSignature.version)
        .join(Part, Part.id == PartSignature.part_id)
        .where(PartSignature.slug == slug, Part.state == PartState.READY)
        .order_by(PartSignature.part_id)
    )
    return {row.part_id: row.version for row in rows}


def signatures_of(session: Session, slug: str, part_ids: Sequence[int]) -> dict[int, bytes]:
    """Signatures of these parts; those that have none are absent."""
    rows = session.execute(
        select(PartSignature.part_id, PartSignature.data).where(
            PartSignature.slug == slug, PartSignature.part_id.in_(part_ids)
        )
    )
    return {row.part_id: row.data for row in rows}


def forget_signatures(session: Session, slug: str, rows: Sequence[tuple[int, int]]) -> None:
    """Forget signatures, given by part and version; one that was replaced meanwhile stays."""
    for part_id, version in rows:
        session.execute(
            delete(PartSignature)
            .where(
                PartSignature.part_id == part_id,
                PartSignature.slug == slug,
                PartSignature.version == version,
            )
            .execution_options(synchronize_session=False)
        )


def parts_without(session: Session, slug: str) -> list[int]:
    """Ready parts that have no signature of this slug yet: what a new describer must fill in."""
    return list(
        session.scalars(
            select(Part.id).where(Part.state == PartState.READY, ~_has_one(slug)).order_by(Part.id)
        )
    )


def parts_to_describe(session: Session, slug: str, *, limit: int) -> list[int]:
    """The first of those parts, without the ones that are being indexed or were given up."""
    job = (
        select(Job.id)
        .where(
            Job.part_id == Part.id,
            Job.kind == JobKind.INDEX,
            or_(
                Job.state.in_(_UNSETTLED),
                and_(Job.state == JobState.GIVEN_UP, _describes(slug)),
            ),
        )
        .exists()
    )
    return list(
        session.scalars(
            select(Part.id)
            .where(Part.state == PartState.READY, ~_has_one(slug), ~job)
            .order_by(Part.id)
            .limit(limit)
        )
    )


def waiting_to_be_described(session: Session, slug: str) -> int:
    """How many ready parts have no signature of this slug; those given up wait for none."""
    given_up = (
        select(Job.id)
        .where(Job.part_id == Part.id, Job.state == JobState.GIVEN_UP, _describes(slug))
        .exists()
    )
    parts = select(func.count()).select_from(Part)
    return session.scalars(
        parts.where(Part.state == PartState.READY, ~_has_one(slug), ~given_up)
    ).one()


def being_described(session: Session, slug: str) -> int:
    """How many jobs wait to fill in a signature of this slug, or do it now."""
    jobs = select(func.count()).select_from(Job)
    return session.scalars(jobs.where(Job.state.in_(_UNSETTLED), _describes(slug))).one()


def add_signatures(session: Session, part_id: int, signatures: Mapping[str, bytes]) -> None:
    """Fill in what a new describer remembers of a ready part."""
    keep_signatures(session, part_id, signatures, version=move_version(session))


def _moved() -> ReturningUpdate[int]:
    return (
        update(CatalogueVersion)
        .values(version=CatalogueVersion.version + 1)
        .returning(CatalogueVersion.version)
        .execution_options(synchronize_session=False)
    )


def _has_one(slug: str) -> ColumnElement[bool]:
    return (
        select(PartSignature.part_id)
        .where(PartSignature.part_id == Part.id, PartSignature.slug == slug)
        .exists()
    )


def _describes(slug: str) -> ColumnElement[bool]:
    """Of a job: it does nothing but fill in a signature of this slug."""
    return and_(Job.kind == JobKind.INDEX, Job.facts["signature"].as_string() == slug)
