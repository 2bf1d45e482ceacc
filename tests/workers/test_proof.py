"""What people see as proof, and what happens where there can be none."""

from dataclasses import replace

import numpy as np
import pytest

from catalog.meshes.binary_stl import binary_stl
from catalog.meshes.shapes import MeshArrays
from catalog.parts import draw_from
from catalog.tables import Part
from tests.fakes.catalogued import pending_part
from tests.fakes.printed import sample
from tests.vision.shapes_of_ours import bracket, photo_of, pose_of
from vision.viewpoints import look_from
from workers.catalogue_index import PartMatch
from workers.look_alikes import TRIANGLES_MOST
from workers.proof import SHOWN, drawings, pose_facts, proofs
from workers.shop import Shop

CORNER = look_from(np.array([0.55, -0.9, 0.6]))
POSE = pose_of(bracket(), CORNER)
PHOTO = photo_of(bracket(), CORNER)


@pytest.fixture(scope="module")
def stocked(module_shop: Shop) -> Shop:
    pending_part(module_shop, "wall-hook", sample("wall-hook"))
    return module_shop


def match(part_id: int = 1) -> PartMatch:
    return PartMatch(part_id=part_id, score=1.0, rotation=CORNER, pose=POSE)


def test_only_the_first_few_are_drawn_and_the_rest_have_a_place(stocked: Shop) -> None:
    shown = proofs([match()] * 5, [PHOTO], shop=stocked)

    assert [each is not None for each in shown] == [True] * SHOWN + [False] * 2
    assert shown[0] is not None
    assert stocked.files.has(shown[0].lines_key)
    assert stocked.files.has(shown[0].view_key)


def test_without_a_pose_or_a_part_or_a_photo_nothing_is_drawn(stocked: Shop) -> None:
    poseless = replace(match(), pose=None)

    assert drawings([poseless], [PHOTO], shop=stocked) == [None]
    assert drawings([match(77)], [PHOTO], shop=stocked) == [None]
    assert drawings([match()], [], shop=stocked) == [None]
    assert proofs([], [PHOTO], shop=stocked) == []
    assert pose_facts(None) is None


def test_a_mesh_too_fine_to_draw_is_drawn_from_its_coarser_one(stocked: Shop) -> None:
    part_id = _too_fine(stocked)
    mesh = bracket()
    coarse = binary_stl(MeshArrays(vertices_mm=mesh.vertices_mm, faces=mesh.faces))

    before = drawings([match(part_id)], [PHOTO], shop=stocked)
    with stocked.database.transaction() as session:
        draw_from(session, part_id, stocked.files.keep(coarse))
    after = drawings([match(part_id)], [PHOTO], shop=stocked)

    assert before == [None]
    assert after[0] is not None


def _too_fine(shop: Shop) -> int:
    part_id = pending_part(shop, "stove-knob", sample("stove-knob"))
    with shop.database.transaction() as session:
        session.get_one(Part, part_id).triangles = TRIANGLES_MOST + 1
    return part_id
