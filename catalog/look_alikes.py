"""Which parts can be taken for each other: kept in pairs, told from either side.

Knows rows only: how parts are compared, and what the details mean, is others' business. Relations
of retired parts stay, because a part may be printed again; they are not told. A part has been
compared when its sketch is kept (a signature of SKETCH, written in the same transaction).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session, aliased

from catalog.signatures import catalogue_version, hold_catalogue, keep_signatures
from catalog.tables import LookAlike, Part, PartSignature, PartState, Relation

#: The name sketches are kept under; another one makes every part be compared anew.
SKETCH = "look-alikes.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """What one part is to another.

    Attributes:
        part_id: the part in whose frame the details are told, the lower one of a pair.
    """

    part_id: int
    other_id: int
    relation: Relation
    alike: float
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What comparing a part with all others gave.

    Attributes:
        sketch: by which others are compared with it.
        seen: the parts whose sketches it was compared with.
    """

    sketch: bytes
    seen: frozenset[int]
    kin: tuple[Kin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KinCard:
    """A part that another one can be taken for, by name, most alike first.

    Attributes:
        factor: its size as a multiple of the other's; 1.0 where size is not what differs.
    """

    name: str
    relation: Relation
    difference: str
    factor: float


def sketches(session: Session, *, but: int) -> dict[int, bytes]:
    """The sketches of all parts but one, retired ones included."""
    rows = session.execute(
        select(PartSignature.part_id, PartSignature.data)
        .where(PartSignature.slug == SKETCH, PartSignature.part_id != but)
        .order_by(PartSignature.part_id)
    )
    return {row.part_id: row.data for row in rows}


def keep_kin(session: Session, part_id: int, compared: Compared) -> bool:
    """Keep what a part is like, in place of what was known; False where it must be compared again.

    That is where another part was sketched meanwhile: neither has seen the other.
    """
    hold_catalogue(session)  # nobody else writes sketches until this transaction ends
    session.execute(
        delete(LookAlike).where(or_(LookAlike.low_id == part_id, LookAlike.high_id == part_id))
    )
    session.add_all(
        LookAlike(
            low_id=each.part_id,
            high_id=each.other_id,
            kind=each.relation,
            alike=each.alike,
            details=dict(each.details),
        )
        for each in compared.kin
    )
    session.flush()
    if not sketches(session, but=part_id).keys() <= compared.seen:
        forget_sketch(session, part_id)
        return False
    keep_signatures(session, part_id, {SKETCH: compared.sketch}, version=catalogue_version(session))
    return True


def forget_sketch(session: Session, part_id: int) -> None:
    """Let a part be compared with all others again."""
    row = session.get(PartSignature, (part_id, SKETCH))
    if row is not None:
        session.delete(row)
        session.flush()


def kin_among(session: Session, part_ids: Collection[int]) -> list[Kin]:
    """Every pair among these parts that can be taken for each other."""
    rows = session.scalars(
        select(LookAlike)
        .where(LookAlike.low_id.in_(part_ids), LookAlike.high_id.in_(part_ids))
        .order_by(LookAlike.low_id, LookAlike.high_id)
    )
    return [
        Kin(
            part_id=row.low_id,
            other_id=row.high_id,
            relation=row.kind,
            alike=row.alike,
            details=row.details,
        )
        for row in rows
    ]


def kin_of(session: Session, part_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """For each of these parts the ids of all that it can be taken for; those without are absent."""
    rows = session.execute(
        select(LookAlike.low_id, LookAlike.high_id)
        .where(or_(LookAlike.low_id.in_(part_ids), LookAlike.high_id.in_(part_ids)))
        .order_by(LookAlike.low_id, LookAlike.high_id)
    )
    found: dict[int, set[int]] = {}
    for low, high in rows:
        for one, other in ((low, high), (high, low)):
            if one in part_ids:
                found.setdefault(one, set()).add(other)
    return {part_id: frozenset(others) for part_id, others in found.items()}


def kin_cards(session: Session, part_ids: Collection[int]) -> dict[int, tuple[KinCard, ...]]:
    """For each of these parts the searchable ones it can be taken for; those without are absent."""
    other = aliased(Part)
    rows = session.execute(
        select(LookAlike, Part.id, other.name)
        .join(Part, or_(Part.id == LookAlike.low_id, Part.id == LookAlike.high_id))
        .join(
            other,
            and_(
                or_(other.id == LookAlike.low_id, other.id == LookAlike.high_id),
                other.id != Part.id,
            ),
        )
        .where(Part.id.in_(part_ids), other.state == PartState.READY)
        .order_by(LookAlike.alike.desc(), other.name)
    )
    found: dict[int, list[KinCard]] = {}
    for pair, part_id, name in rows:
        found.setdefault(part_id, []).append(_card(pair, part_id, name))
    return {part_id: tuple(cards) for part_id, cards in found.items()}


def _card(pair: LookAlike, part_id: int, name: str) -> KinCard:
    factor = float(pair.details["factor"])
    return KinCard(
        name=name,
        relation=pair.kind,
        difference=str(pair.details["difference"]),
        factor=factor if part_id == pair.low_id else 1 / factor,
    )
