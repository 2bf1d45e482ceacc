"""Parts: added, made searchable, renamed, retired, found again by name or by shape.

A part is searchable or it is not: signatures, previews, state and the catalogue's version change in
one transaction. A name is in use once among the parts that are not retired. Knows no pixels.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.errors import Complaint
from catalog.files import FileKey
from catalog.meshes import Finding, Fingerprint, MeshDetails
from catalog.signatures import keep_signatures, move_version
from catalog.tables import Part, PartState

NAME_CHARACTERS = 300


class NameTaken(Complaint):
    """Another part that is not retired has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"There is a part named {self.name} already."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPart:
    """A shape to be taken into the catalogue.

    Attributes:
        file_key: the file as it was sent.
        mesh_key: the mesh as it was understood, binary STL in mm.
    """

    name: str
    file_key: FileKey
    file_name: str
    mesh_key: FileKey
    details: MeshDetails
    fingerprint: Fingerprint
    findings: tuple[Finding, ...] = ()
    added_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPart:
    """A part of the catalogue, as queries tell of it.

    Attributes:
        drawn_key: a mesh made coarse enough to draw answers from; None: mesh_key's is.
    """

    id: int
    name: str
    state: PartState
    file_key: FileKey
    file_name: str
    mesh_key: FileKey
    drawn_key: FileKey | None
    length_mm: float
    width_mm: float
    height_mm: float
    triangles: int
    closed: bool
    preview_key: FileKey | None
    sheet_key: FileKey | None


def add_part(session: Session, part: NewPart, *, now: datetime) -> int:
    """Add a part that is to be indexed.

    Raises:
        NameTaken: ask free_name first, or the person.
    """
    row = Part(
        name=part.name[:NAME_CHARACTERS],
        state=PartState.PENDING,
        file_key=part.file_key,
        file_name=part.file_name[:NAME_CHARACTERS],
        mesh_key=part.mesh_key,
        length_mm=part.details.size.length_mm,
        width_mm=part.details.size.width_mm,
        height_mm=part.details.size.height_mm,
        triangles=part.details.triangles,
        closed=part.details.closed,
        volume_mm3=part.fingerprint.volume_mm3,
        area_mm2=part.fingerprint.area_mm2,
        fingerprint=part.fingerprint.as_json(),
        findings=[[finding.kind.value, finding.count] for finding in part.findings],
        added_at=now,
        added_by=part.added_by,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise NameTaken(part.name) from None
    return row.id


def free_name(session: Session, wanted: str) -> str:
    """The wanted name, or the first of "wanted (2)", "wanted (3)" that no part in use has."""
    wanted = " ".join(wanted.split())[: NAME_CHARACTERS - 8] or "part"
    name, copy = wanted, 1
    while session.scalars(_in_use().where(Part.name == name)).one_or_none() is not None:
        copy += 1
        name = f"{wanted} ({copy})"
    return name


def mark_ready(
    session: Session,
    part_id: int,
    *,
    preview_key: FileKey,
    sheet_key: FileKey,
    signatures: Mapping[str, bytes],
) -> bool:
    """Make a part searchable; False when it was retired meanwhile and stays so."""
    version = move_version(session)
    changed = session.execute(
        update(Part)
        .where(Part.id == part_id, Part.state != PartState.RETIRED)
        .values(state=PartState.READY, preview_key=preview_key, sheet_key=sheet_key)
        .returning(Part.id)
        .execution_options(synchronize_session=False)
    ).first()
    if changed is not None:
        keep_signatures(session, part_id, signatures, version=version)
    return changed is not None


def draw_from(session: Session, part_id: int, drawn_key: FileKey) -> None:
    """Keep a coarser mesh of a part, from which answers are drawn."""
    session.get_one(Part, part_id).drawn_key = drawn_key
    session.flush()


def mark_failed(session: Session, part_id: int) -> None:
    """A pending part cannot be indexed; one that was ready before stays so."""
    session.execute(
        update(Part)
        .where(Part.id == part_id, Part.state == PartState.PENDING)
        .values(state=PartState.FAILED)
        .execution_options(synchronize_session=False)
    )


def retire(session: Session, part_id: int) -> None:
    """Take a part out of the search; its sightings and orders keep it."""
    move_version(session)
    session.execute(
        update(Part)
        .where(Part.id == part_id)
        .values(state=PartState.RETIRED)
        .execution_options(synchronize_session=False)
    )


def rename(session: Session, part_id: int, name: str) -> str:
    """Give a part another name; the name as it is kept.

    Raises:
        NameTaken: another part in use has it.
        ValueError: the name is blank.
    """
    shown = " ".join(name.split())[:NAME_CHARACTERS]
    if not shown:
        raise ValueError("a part without a name")
    try:
        with session.begin_nested():
            session.execute(
                update(Part)
                .where(Part.id == part_id)
                .values(name=shown)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:
        raise NameTaken(shown) from None
    return shown


def part_of(session: Session, part_id: int) -> KnownPart | None:
    """The part of this id, also a retired one."""
    row = session.get(Part, part_id)
    return None if row is None else _known(row)


def part_named(session: Session, name: str) -> KnownPart | None:
    """The part in use that has exactly this name."""
    in_use = select(Part).where(Part.state != PartState.RETIRED, Part.name == name)
    row = session.scalars(in_use).one_or_none()
    return None if row is None else _known(row)


def find_part(session: Session, name_or_id: str) -> KnownPart | None:
    """A part in use by its name, whatever its case, or by its id."""
    exact = session.scalars(
        select(Part).where(Part.state != PartState.RETIRED, Part.name == name_or_id)
    ).one_or_none()
    if exact is not None:
        return _known(exact)
    alike = session.scalars(
        select(Part)
        .where(Part.state != PartState.RETIRED, func.lower(Part.name) == name_or_id.strip().lower())
        .order_by(Part.id)
        .limit(1)
    ).one_or_none()
    if alike is not None:
        return _known(alike)
    number = name_or_id.strip().lstrip("#")
    if number.isascii() and number.isdigit() and len(number) <= len("2147483647") - 1:
        return part_of(session, int(number))
    return None


def same_shape_candidates(session: Session, wanted: Fingerprint) -> list[KnownPart]:
    """Parts in use that may have the same shape; only a look at the meshes can tell."""
    span = wanted.search_range()
    rows = session.scalars(
        select(Part)
        .where(
            Part.state != PartState.RETIRED,
            Part.volume_mm3.between(span.volume_low_mm3, span.volume_high_mm3),
            Part.area_mm2.between(span.area_low_mm2, span.area_high_mm2),
        )
        .order_by(Part.id)
    )
    return [_known(row) for row in rows if wanted.may_be(Fingerprint.from_json(row.fingerprint))]


def names_of(session: Session, part_ids: list[int]) -> dict[int, str]:
    """The names of parts, retired ones included."""
    rows = session.execute(select(Part.id, Part.name).where(Part.id.in_(part_ids)))
    return {row.id: row.name for row in rows}


def _in_use() -> Select[int]:
    return select(Part.id).where(Part.state != PartState.RETIRED)


def _known(row: Part) -> KnownPart:
    return KnownPart(
        id=row.id,
        name=row.name,
        state=row.state,
        file_key=FileKey(row.file_key),
        file_name=row.file_name,
        mesh_key=FileKey(row.mesh_key),
        drawn_key=FileKey(row.drawn_key) if row.drawn_key else None,
        length_mm=row.length_mm,
        width_mm=row.width_mm,
        height_mm=row.height_mm,
        triangles=row.triangles,
        closed=row.closed,
        preview_key=FileKey(row.preview_key) if row.preview_key else None,
        sheet_key=FileKey(row.sheet_key) if row.sheet_key else None,
    )
