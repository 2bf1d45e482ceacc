"""Take in a part under a name that stands for it, as an import from a folder does.

In a chat a shape is what counts: sent again it is the part that is there. In a folder the name
counts too: two files of one shape are two parts there, told apart by nobody but their names, and
the import says so. The same name with another shape is refused, not overwritten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from catalog.errors import Complaint
from catalog.order_fields import OrderDetails
from catalog.orders import add_order_line
from catalog.parts import KnownPart, NewPart, add_part, part_named, same_shape_candidates
from catalog.tables import PartState
from workers.cells import MESH_TIME
from workers.mesh_tasks import Sameness, compare
from workers.read_file import FoundPart
from workers.shop import Shop


class OtherShape(Complaint):
    """A part of this name is there and has another shape."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return (
            f"A part named {self.name} is there and has another shape. "
            "Rename this file, or retire the part first."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A part that is in the catalogue now.

    Attributes:
        added: it was not there before.
        searchable: False: index it.
        twin: name of another part that may be the same shape.
    """

    part_id: int
    added: bool
    searchable: bool
    twin: str | None = None


def add_named(found: FoundPart, *, shop: Shop, orders: Sequence[OrderDetails] = ()) -> Named:
    """Add a part under its own name, or find that it is there; attach its orders.

    Raises:
        OtherShape: the name is taken by another shape; nothing was changed.
        CellKilled: comparing is too much for a cell.
    """
    with shop.database.reading() as session:
        there = part_named(session, found.name)
    if there is not None and not _same(found, there, shop):
        raise OtherShape(found.name)
    with shop.database.transaction() as session:
        now = shop.clock()
        named = _known(there) if there else _added(session, found, now)
        attach_orders(session, named.part_id, orders, now=now)
    return named


def attach_orders(
    session: Session, part_id: int, orders: Sequence[OrderDetails], *, now: datetime
) -> None:
    """Attach order lines; those that are there already are left alone."""
    for order in orders:
        add_order_line(session, part_id, order=order, now=now)


def _same(found: FoundPart, there: KnownPart, shop: Shop) -> bool:
    if found.mesh_key == there.mesh_key:
        return True
    one, other = shop.files.read(found.mesh_key), shop.files.read(there.mesh_key)
    sameness = shop.cells.meshes.call(compare, one, other, wall_time=MESH_TIME)
    return sameness is not Sameness.DIFFERENT


def _known(there: KnownPart) -> Named:
    return Named(part_id=there.id, added=False, searchable=there.state is PartState.READY)


def _added(session: Session, found: FoundPart, now: datetime) -> Named:
    twins = [
        candidate.name
        for candidate in same_shape_candidates(session, found.fingerprint)
        if candidate.mesh_key == found.mesh_key
    ]
    new = NewPart(
        name=found.name,
        file_key=found.file_key,
        file_name=found.file_name,
        mesh_key=found.mesh_key,
        details=found.details,
        fingerprint=found.fingerprint,
        findings=found.findings,
    )
    part_id = add_part(session, new, now=now)
    return Named(part_id=part_id, added=True, searchable=False, twin=twins[0] if twins else None)
