"""Rows that many tests start from: a person, a part, a sighting. Real rows in a real database."""

import itertools
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from catalog.files import FileKey
from catalog.meshes import Fingerprint, MeshDetails, PartSize
from catalog.parts import NewPart, add_part
from catalog.sightings import NewSighting, SentPhoto, add_photo, open_sighting
from catalog.tables import Person, Role

Clock = Callable[[], datetime]

_numbers = itertools.count(1)


def somebody(session: Session, clock: Clock, *, name: str = "Ana") -> int:
    person = Person(
        telegram_id=1000 + next(_numbers), name=name, role=Role.WORKER, enrolled_at=clock()
    )
    session.add(person)
    session.flush()
    return person.id


def a_part(session: Session, clock: Clock, *, name: str = "Bracket M4", side_mm: float = 20) -> int:
    """A pending cube; give each its own side if shapes matter."""
    size = PartSize(length_mm=side_mm, width_mm=side_mm, height_mm=side_mm)
    details = MeshDetails(
        size=size,
        triangles=12,
        closed=True,
        volume_mm3=side_mm**3,
        area_mm2=6 * side_mm**2,
        pieces=1,
    )
    spread = side_mm * (5 / 36) ** 0.5
    shape = Fingerprint(
        area_mm2=6.0 * side_mm**2,
        volume_mm3=float(side_mm**3),
        spread_mm=(spread, spread, spread),
    )
    new = NewPart(
        name=name,
        file_key=FileKey("sha256/aa/aa"),
        file_name=f"{name}.stl",
        mesh_key=FileKey("sha256/bb/bb"),
        details=details,
        fingerprint=shape,
    )
    return add_part(session, new, now=clock())


def a_sighting(session: Session, clock: Clock, *, person_id: int, chat_id: int = 7) -> int:
    opened = open_sighting(session, NewSighting(person_id=person_id, chat_id=chat_id), now=clock())
    photo = SentPhoto(
        chat_id=chat_id,
        message_id=500 + next(_numbers),
        telegram_file_id="AgAC",
        file_key=FileKey("sha256/cc/cc"),
    )
    add_photo(session, opened.sighting_id, photo)
    return opened.sighting_id
