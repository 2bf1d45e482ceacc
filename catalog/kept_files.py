"""Which files rows still name, and which photos have been kept long enough.

Knows keys only; removing the bytes is the janitor's.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from catalog.files import FileKey
from catalog.tables import (
    Candidate,
    Job,
    JobKind,
    JobState,
    Part,
    Sighting,
    SightingPhoto,
    TunedNetwork,
)


def named_among(session: Session, keys: Sequence[FileKey]) -> set[FileKey]:
    """Those of the keys that some row names."""
    named: set[FileKey] = set()
    for column in _columns():
        found = session.scalars(select(column).where(column.in_(keys)))
        named.update(FileKey(key) for key in found if key is not None)
    waiting = session.scalars(
        select(_job_file()).where(
            Job.kind == JobKind.RECEIVE, Job.state != JobState.DONE, _job_file().in_(keys)
        )
    )
    named.update(FileKey(key) for key in waiting)
    return named


def forget_photos(session: Session, *, taken_before: datetime) -> int:
    """Let go of old sightings' photos and what was drawn on them; how many sightings there were.

    The rows stay: who asked what, and what was answered.
    """
    old = select(Sighting.id).where(Sighting.created_at < taken_before)
    forgotten = session.scalars(
        update(SightingPhoto)
        .where(SightingPhoto.sighting_id.in_(old), SightingPhoto.file_key.is_not(None))
        .values(file_key=None)
        .returning(SightingPhoto.sighting_id)
        .execution_options(synchronize_session=False)
    ).all()
    session.execute(
        update(Sighting)
        .where(
            Sighting.id.in_(old),
            or_(
                Sighting.cut_out_key.is_not(None),
                Sighting.side_key.is_not(None),
                Sighting.asked_view_key.is_not(None),
            ),
        )
        .values(cut_out_key=None, side_key=None, asked_view_key=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Candidate)
        .where(Candidate.sighting_id.in_(old), Candidate.view_key.is_not(None))
        .values(lines_key=None, view_key=None)
        .execution_options(synchronize_session=False)
    )
    return len(set(forgotten))


def _columns() -> Iterator[InstrumentedAttribute[str] | InstrumentedAttribute[str | None]]:
    yield from (Part.file_key, Part.mesh_key, Part.drawn_key, Part.preview_key, Part.sheet_key)
    yield from (SightingPhoto.file_key, Sighting.cut_out_key, Sighting.side_key)
    yield Sighting.asked_view_key
    yield from (Candidate.lines_key, Candidate.view_key)
    yield TunedNetwork.file_key


def _job_file() -> ColumnElement[str]:
    key: ColumnElement[str] = Job.facts["file_key"].as_string()
    return key
