"""Put sample parts into a shop's catalogue, searchable, without a queue."""

import trimesh

from tests.fakes.printed import stl
from vision.editions import kept_as
from workers.cells import MESH_TIME
from workers.index_part import Indexed, index_part, make_searchable
from workers.mesh_tasks import describe
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


def described_part(shop: Shop, name: str, mesh: trimesh.Trimesh) -> int:
    """A part that photos are compared with, its pictures left out: they are what takes long."""
    part_id = pending_part(shop, name, mesh)
    slug = shop.recognition.describer.slug
    signature = shop.cells.meshes.call(describe, stl(mesh), slug, wall_time=MESH_TIME)
    blank = shop.files.keep(b"blank")
    indexed = Indexed(preview_key=blank, sheet_key=blank, signatures={kept_as(slug): signature})
    with shop.database.transaction() as session:
        make_searchable(session, part_id, indexed)
    return part_id
