"""Put sample parts into a shop's catalogue, searchable, without a queue."""

import trimesh

from tests.fakes.printed import stl
from workers.index_part import index_part
from workers.read_file import read_file
from workers.shop import Shop
from workers.take_in import Added, compare_with_catalogue, take_in


def pending_part(shop: Shop, name: str, mesh: trimesh.Trimesh) -> int:
    """A part that is read, measured and not yet indexed."""
    [found] = read_file(stl(mesh), f"{name}.stl", shop=shop).parts
    compared = compare_with_catalogue(found, shop=shop)
    with shop.database.transaction() as session:
        taken = take_in(session, compared, order=None, added_by=None, now=shop.clock())
    if not isinstance(taken, Added):
        raise LookupError(f"{name} is there already")
    return taken.part_id


def searchable_part(shop: Shop, name: str, mesh: trimesh.Trimesh) -> int:
    """A part that photos are compared with."""
    part_id = pending_part(shop, name, mesh)
    index_part(part_id, shop)
    return part_id
