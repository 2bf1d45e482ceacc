"""Photos that people confirmed, as further signatures of their parts.

What stands beside a verdict goes when the verdict is undone. A name tells the describer and its
edition, and what another one remembers is not read. Opaque bytes otherwise: this room knows no
pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from catalog.files import FileKey
from catalog.tables import (
    ConfirmedPhoto,
    Job,
    JobKind,
    JobState,
    Part,
    PartState,
    Sighting,
    SightingPhoto,
    Verdict,
)

#: Photos of one part that are remembered; more teach little and cost search.
PHOTOS_A_PART = 12
#: What a job that remembers a part's photos knows: the name under which they are kept.
REMEMBER_FACT = "remember"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unremembered:
    """A confirmed photo that a describer has not seen; the cut-out is PNG, its mask the alpha."""

    verdict_id: int
    part_id: int
    cut_out_key: FileKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What is kept of one confirmed photo; photo_keys: the pictures it was made from."""

    verdict_id: int
    part_id: int
    data: bytes
    photo_keys: frozenset[FileKey]


def parts_to_remember(session: Session, name: str, *, limit: int) -> list[int]:
    """Parts with confirmed photos to be remembered, without those that a job sees to."""
    job = (
        select(Job.id)
        .where(
            Job.part_id == Verdict.part_id,
            Job.kind == JobKind.INDEX,
            Job.facts[REMEMBER_FACT].as_string() == name,
            Job.state.in_((JobState.QUEUED, JobState.RUNNING, JobState.GIVEN_UP)),
        )
        .exists()
    )
    return list(
        session.scalars(
            select(Verdict.part_id)
            .join(Sighting, Sighting.id == Verdict.sighting_id)
            .join(Part, Part.id == Verdict.part_id)
            .where(_is_missing(name), Part.state != PartState.RETIRED, ~job)
            .group_by(Verdict.part_id)
            .order_by(Verdict.part_id)
            .limit(limit)
        )
    )


def unremembered(session: Session, part_id: int, name: str) -> list[Unremembered]:
    """A part's confirmed photos that are still to be remembered, oldest first."""
    rows = session.execute(
        select(Verdict.id, Sighting.cut_out_key)
        .join(Sighting, Sighting.id == Verdict.sighting_id)
        .where(_is_missing(name), Verdict.part_id == part_id)
        .order_by(Verdict.id)
        .limit(PHOTOS_A_PART - _remembered_of(session, part_id, name))
    )
    return [
        Unremembered(verdict_id=row.id, part_id=part_id, cut_out_key=FileKey(row.cut_out_key))
        for row in rows
    ]


def remember(
    session: Session, photo: Unremembered, *, name: str, data: bytes, now: datetime
) -> bool:
    """Keep what a describer saw; False when the verdict was undone meanwhile."""
    stands = session.scalars(
        select(Verdict.id)
        .where(Verdict.id == photo.verdict_id, Verdict.undone_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if stands is None:
        return False
    row = session.get(ConfirmedPhoto, (photo.verdict_id, name))
    if row is None:
        row = ConfirmedPhoto(verdict_id=photo.verdict_id, slug=name, part_id=photo.part_id)
        session.add(row)
    row.data, row.made_at = data, now
    session.flush()
    return True


def forget_confirmed(session: Session, verdict_id: int) -> None:
    """The verdict is undone: what was learned from it goes."""
    session.execute(
        delete(ConfirmedPhoto)
        .where(ConfirmedPhoto.verdict_id == verdict_id)
        .execution_options(synchronize_session=False)
    )


def remembered_ids(session: Session, name: str) -> tuple[int, ...]:
    """The verdicts whose photos can be compared with, in order."""
    return tuple(
        session.scalars(
            select(ConfirmedPhoto.verdict_id)
            .where(ConfirmedPhoto.slug == name)
            .order_by(ConfirmedPhoto.verdict_id)
        )
    )


def remembered(session: Session, name: str, verdict_ids: Sequence[int]) -> list[Remembered]:
    """What is kept of these verdicts' photos; those that went meanwhile are absent."""
    rows = list(
        session.execute(
            select(ConfirmedPhoto, Verdict.sighting_id)
            .join(Verdict, Verdict.id == ConfirmedPhoto.verdict_id)
            .where(ConfirmedPhoto.slug == name, ConfirmedPhoto.verdict_id.in_(verdict_ids))
            .order_by(ConfirmedPhoto.verdict_id)
        )
    )
    photos = _photo_keys(session, [sighting_id for _, sighting_id in rows])
    return [
        Remembered(
            verdict_id=row.verdict_id,
            part_id=row.part_id,
            data=row.data,
            photo_keys=photos.get(sighting_id, frozenset()),
        )
        for row, sighting_id in rows
    ]


def _photo_keys(session: Session, sighting_ids: Sequence[int]) -> dict[int, frozenset[FileKey]]:
    rows = session.execute(
        select(SightingPhoto.sighting_id, SightingPhoto.file_key).where(
            SightingPhoto.sighting_id.in_(sighting_ids), SightingPhoto.file_key.is_not(None)
        )
    )
    found: dict[int, frozenset[FileKey]] = {}
    for sighting_id, key in rows:
        if key is None:  # the query asks for none
            continue
        found[sighting_id] = found.get(sighting_id, frozenset()) | {FileKey(key)}
    return found


def _remembered_of(session: Session, part_id: int, name: str) -> int:
    return session.scalars(
        select(func.count())
        .select_from(ConfirmedPhoto)
        .where(ConfirmedPhoto.slug == name, ConfirmedPhoto.part_id == part_id)
    ).one()


def _is_missing(name: str) -> ColumnElement[bool]:
    """Of a verdict beside its sighting: it names a part, and its photo is not remembered yet."""
    there = (
        select(ConfirmedPhoto.verdict_id)
        .where(ConfirmedPhoto.verdict_id == Verdict.id, ConfirmedPhoto.slug == name)
        .exists()
    )
    enough = (
        select(func.count())
        .select_from(ConfirmedPhoto)
        .where(ConfirmedPhoto.part_id == Verdict.part_id, ConfirmedPhoto.slug == name)
        .correlate(Verdict)
        .scalar_subquery()
    )
    return (
        Verdict.undone_at.is_(None)
        & Verdict.part_id.is_not(None)
        & Sighting.cut_out_key.is_not(None)
        & ~there
        & (enough < PHOTOS_A_PART)
    )
