"""Find the parts that a part can be taken for.

Works without the queue. A sketch of each part says which others are worth a close comparison,
which is done in a cell. Who was sketched while a part was being compared has not been seen by it:
such a part is compared again (workers/comparisons.py).
"""

import numpy as np

from catalog.files import FileGone, FileKey
from catalog.look_alikes import Compared, Kin, sketches
from catalog.parts import KnownPart, part_of
from catalog.tables import Relation
from vision.likeness import likeliest
from vision.look_alikes import Resemblance
from workers.cells import MESH_TIME
from workers.mesh_tasks import resemblances, sketched
from workers.shop import Shop

#: A finer mesh is compared, and drawn, by a coarser one that was made when it came in.
TRIANGLES_MOST = 60_000


def drawn_from(part: KnownPart) -> FileKey | None:
    """The mesh to draw a part from while somebody waits; None: there is none coarse enough."""
    if part.drawn_key is not None:
        return part.drawn_key
    return part.mesh_key if part.triangles <= TRIANGLES_MOST else None


def compare_with_others(part_id: int, stl: bytes, *, shop: Shop) -> Compared:
    """What a part, given as a mesh that is coarse enough, is to all that are sketched.

    Raises:
        CellKilled: its mesh is too much for a cell.
        ValueError: it has no surface.
    """
    own = shop.cells.meshes.call(sketched, stl, wall_time=MESH_TIME)
    with shop.database.reading() as session:
        known = sketches(session, but=part_id)
    rows = [np.frombuffer(data, "<f4") for data in known.values()]
    others = np.stack(rows) if rows else np.zeros((0, len(own) // 4), np.float32)
    ids = list(known)
    near = [ids[row] for row in likeliest(np.frombuffer(own, "<f4"), others)]
    meshes = {other: mesh for other in near if (mesh := mesh_of(other, shop)) is not None}
    found = shop.cells.meshes.call(resemblances, stl, list(meshes.values()), wall_time=MESH_TIME)
    kin = tuple(
        _kin(part_id, other, resemblance)
        for other, resemblance in zip(meshes, found, strict=True)
        if resemblance is not None
    )
    return Compared(sketch=own, seen=frozenset(known), kin=kin)


def mesh_of(part_id: int, shop: Shop) -> bytes | None:
    """What a part is drawn from; None where there is nothing, or nothing coarse enough."""
    with shop.database.reading() as session:
        part = part_of(session, part_id)
    key = None if part is None else drawn_from(part)
    if key is None:
        return None
    try:
        return shop.files.read(key)
    except FileGone:
        return None


def _kin(part_id: int, other_id: int, resemblance: Resemblance) -> Kin:
    """The pair as it is kept, in the lower one's frame."""
    if part_id > other_id:
        part_id, other_id, resemblance = other_id, part_id, resemblance.turned()
    return Kin(
        part_id=part_id,
        other_id=other_id,
        relation=Relation(resemblance.relation.value),
        alike=resemblance.alike,
        details=resemblance.facts(),
    )
