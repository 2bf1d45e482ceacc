"""The side that one more photo should show is drawn where it would decide."""

from io import BytesIO

import numpy as np
import pytest
import trimesh
from PIL import Image

from tests.fakes.catalogued import described_part
from vision import Pose
from vision.viewpoints import look_from
from workers.asked_views import asked_view_of
from workers.catalogue_index import PartMatch
from workers.shop import Shop

ABOVE = look_from(np.array([0.1, -0.2, 1.0]))
LYING = Pose(rotation=ABOVE, shift_radii=(0, 0, 4), focal_px=400, middle_px=(200, 150))


def plate(*, foot_mm: float) -> trimesh.Trimesh:
    """A plate with a foot below it, which is not seen from above."""
    move = trimesh.transformations.translation_matrix
    boxes = [
        trimesh.creation.box((60, 40, 8)),
        trimesh.creation.box((30, 20, foot_mm), transform=move((0, 0, -4 - foot_mm / 2))),
    ]
    return trimesh.boolean.union(boxes, engine="manifold")


@pytest.fixture(scope="module")
def stocked(module_shop: Shop) -> Shop:
    """A plate with a short foot (1) and with a long one (2)."""
    described_part(module_shop, "short", plate(foot_mm=4))
    described_part(module_shop, "long", plate(foot_mm=24))
    return module_shop


def match(part_id: int, pose: Pose | None = LYING) -> PartMatch:
    return PartMatch(part_id=part_id, score=1.0, rotation=ABOVE, pose=pose)


def test_the_side_with_the_foot_is_drawn_in_no_prints_colour(stocked: Shop) -> None:
    key = asked_view_of([match(1), match(2)], shop=stocked)

    assert key is not None
    picture = np.asarray(Image.open(BytesIO(stocked.files.read(key))))
    seen = picture[picture[..., 3] > 0][:, :3].astype(int)
    assert np.ptp(seen, axis=1).max() < 60  # greyish
    assert (picture[..., 3] > 0).mean() > 0.1


def test_one_part_alone_asks_for_nothing(stocked: Shop) -> None:
    assert asked_view_of([match(1)], shop=stocked) is None


def test_what_lies_elsewhere_in_the_photo_cannot_be_turned_from_there(stocked: Shop) -> None:
    assert asked_view_of([match(1, None), match(2)], shop=stocked) is None


def test_a_part_that_is_just_described_anew_asks_for_nothing(stocked: Shop) -> None:
    assert asked_view_of([match(99), match(1)], shop=stocked) is None


def test_no_match_asks_for_nothing(stocked: Shop) -> None:
    assert asked_view_of([], shop=stocked) is None
