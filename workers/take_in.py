"""Take a part that was read into the catalogue, or recognise it as one that is there.

Shapes are compared before the transaction, because that takes a second and a transaction must not;
inside it the catalogue is held, and whatever appeared meanwhile sends the caller back to compare.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from catalog.files import FileKey
from catalog.order_fields import OrderDetails
from catalog.orders import add_order_line
from catalog.parts import NewPart, add_part, free_name, same_shape_candidates
from catalog.signatures import hold_catalogue
from catalog.tables import PartState
from workers.cells import MESH_TIME
from workers.mesh_tasks import Sameness, compare
from workers.read_file import FoundPart
from workers.shop import Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A part that was read, and how it compares with what the catalogue had.

    Attributes:
        same_as: the part it is, or None.
        turned: it is that part, but lies another way.
        compared_with: all parts it was compared with.
    """

    found: FoundPart
    same_as: int | None
    turned: bool
    compared_with: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A new part, pending: index it to make it searchable."""

    part_id: int
    order_line_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The same shape was there.

    Attributes:
        failed: it could not be indexed before; index it again.
    """

    part_id: int
    order_line_id: int | None
    turned: bool
    failed: bool


class CatalogueMoved(Exception):
    """A part that may be the same shape appeared after the comparison; compare again."""


def compare_with_catalogue(found: FoundPart, *, shop: Shop) -> Compared:
    """Look for the same shape among the parts in use.

    Raises:
        CellKilled: comparing is too much for a cell.
    """
    with shop.database.reading() as session:
        candidates = same_shape_candidates(session, found.fingerprint)
    tried: list[int] = []
    for candidate in candidates:
        tried.append(candidate.id)
        sameness = _sameness(found.mesh_key, candidate.mesh_key, shop)
        if sameness is not Sameness.DIFFERENT:
            turned = sameness is Sameness.TURNED
            return Compared(
                found=found, same_as=candidate.id, turned=turned, compared_with=frozenset(tried)
            )
    return Compared(found=found, same_as=None, turned=False, compared_with=frozenset(tried))


def take_in(
    session: Session,
    compared: Compared,
    *,
    order: OrderDetails | None,
    added_by: int | None,
    now: datetime,
) -> Added | Known:
    """Add the part, or attach its order, if there is one, to the part that is there.

    Raises:
        CatalogueMoved: compare again; let it roll the transaction back.
    """
    hold_catalogue(session)
    candidates = same_shape_candidates(session, compared.found.fingerprint)
    there = {candidate.id: candidate for candidate in candidates}
    if compared.same_as is None and not there.keys() <= compared.compared_with:
        raise CatalogueMoved
    if compared.same_as is not None and compared.same_as not in there:
        raise CatalogueMoved
    part_id = compared.same_as or _add(session, compared.found, added_by, now)
    line_id = None
    if order is not None:
        plate = replace(order, quantity=(order.quantity or 1) * compared.found.copies)
        line_id = add_order_line(session, part_id, order=plate, now=now)
    if compared.same_as is None:
        return Added(part_id=part_id, order_line_id=line_id)
    failed = there[compared.same_as].state is PartState.FAILED
    return Known(part_id=part_id, order_line_id=line_id, turned=compared.turned, failed=failed)


def without_twins(parts: Sequence[FoundPart], *, shop: Shop) -> list[FoundPart]:
    """Parts of one file, each shape once: twins become copies of the first.

    Raises:
        CellKilled: comparing is too much for a cell.
    """
    kept: list[FoundPart] = []
    for part in parts:
        twin = next((n for n, other in enumerate(kept) if _are_twins(part, other, shop)), None)
        if twin is None:
            kept.append(part)
        else:
            kept[twin] = replace(kept[twin], copies=kept[twin].copies + part.copies)
    return kept


def _are_twins(one: FoundPart, other: FoundPart, shop: Shop) -> bool:
    if one.mesh_key == other.mesh_key:
        return True
    if not one.fingerprint.may_be(other.fingerprint):
        return False
    return _sameness(one.mesh_key, other.mesh_key, shop) is not Sameness.DIFFERENT


def _sameness(one: FileKey, other: FileKey, shop: Shop) -> Sameness:
    if one == other:
        return Sameness.SAME
    return shop.cells.meshes.call(
        compare, shop.files.read(one), shop.files.read(other), wall_time=MESH_TIME
    )


def _add(session: Session, found: FoundPart, added_by: int | None, now: datetime) -> int:
    new = NewPart(
        name=free_name(session, found.name),
        file_key=found.file_key,
        file_name=found.file_name,
        mesh_key=found.mesh_key,
        details=found.details,
        fingerprint=found.fingerprint,
        findings=found.findings,
        added_by=added_by,
    )
    return add_part(session, new, now=now)
