"""What two parts are to each other, however they were exported, and from where that is seen."""

import numpy as np
import pytest

from samples import catalogue
from tests.vision.shapes_of_ours import box, bracket, joined, mirrored, moved, outlines
from vision.likeness import likeliest, sketch
from vision.look_alikes import TOLD, Difference, Relation, Resemblance, compared
from vision.shapes import Mesh
from vision.telling_side import drawn_apart
from vision.viewpoints import look_from

ABOVE, BELOW = np.array([0.0, 0.0, 1.0]), np.array([0.0, 0.0, -1.0])
#: Lying another way, elsewhere.
TURN = look_from(np.array([0.4, -0.7, 0.5]))


def elsewhere(mesh: Mesh, *, size: float = 1.0) -> Mesh:
    return Mesh(vertices_mm=size * mesh.vertices_mm @ TURN.T + [12, -7, 31], faces=mesh.faces)


def stretched(mesh: Mesh, *by: float) -> Mesh:
    return Mesh(vertices_mm=mesh.vertices_mm * by, faces=mesh.faces)


def relief(mesh: Mesh) -> Mesh:
    """The bracket with a raised bar under its foot: what an engraving looks like from below."""
    return joined(mesh, moved(box(20, 6, 0.8), 6, 2, -0.8))


def known(first: Mesh, second: Mesh) -> Resemblance:
    found = compared(first, second)
    assert found is not None
    return found


def test_a_mirror_image_is_one_however_it_lies() -> None:
    found = known(bracket(), elsewhere(mirrored(bracket())))

    assert (found.relation, found.difference) == (Relation.MIRRORED, Difference.HAND)
    assert found.alike > 0.98
    assert found.factor == 1.0
    assert max(found.seen) > TOLD


def test_a_symmetric_part_is_not_its_own_mirror_image() -> None:
    tee = outlines()[1]

    found = known(tee, elsewhere(mirrored(tee)))

    assert found.relation is Relation.NEAR_TWIN
    assert max(found.seen) < TOLD


def test_a_larger_copy_is_told_by_its_size_and_by_no_photo() -> None:
    found = known(bracket(), elsewhere(bracket(), size=1.25))

    assert (found.relation, found.difference) == (Relation.SCALED, Difference.SIZE)
    assert found.factor == pytest.approx(1.25, abs=0.01)
    assert found.deciding_side() is None
    assert found.turned().factor == pytest.approx(0.8, abs=0.01)


def test_a_longer_copy_is_told_by_its_length() -> None:
    found = known(bracket(), stretched(bracket(), 1, 1, 1.3))

    assert (found.relation, found.difference) == (Relation.SCALED, Difference.LENGTH)
    assert found.factor == pytest.approx(1.3, abs=0.01)


def test_relief_on_the_underside_is_seen_from_below_and_not_from_above() -> None:
    found = known(bracket(), relief(bracket()))

    assert found.relation is Relation.NEAR_TWIN
    assert found.visible_from(BELOW) > TOLD > found.visible_from(ABOVE)
    assert not found.is_told(look_from(np.array([0.3, -0.4, 0.9])))
    assert found.is_told(look_from(np.array([0.1, -0.1, -0.9])))
    side = found.deciding_side()
    assert side is not None
    assert side @ BELOW > 0.7


def test_the_other_way_round_the_same_side_decides() -> None:
    there = known(bracket(), elsewhere(relief(bracket())))

    back = there.turned()

    side, other = there.deciding_side(), back.deciding_side()
    assert side is not None
    assert other is not None
    assert TURN @ side @ other > 0.9
    again = Resemblance.from_facts(there.relation.value, there.alike, there.facts())
    assert again.seen == pytest.approx(there.seen, abs=0.001)


def test_a_gear_with_one_more_tooth_is_a_near_twin_and_a_photo_from_above_tells() -> None:
    gears = {part.name: part.mesh for part in catalogue() if part.name.startswith("spur-gear")}

    found = known(
        *(
            Mesh(vertices_mm=np.asarray(gear.vertices), faces=np.asarray(gear.faces, np.int32))
            for gear in (gears["spur-gear-24"], gears["spur-gear-25"])
        )
    )

    assert (found.relation, found.difference) == (Relation.NEAR_TWIN, Difference.DETAIL)
    assert found.is_told(look_from(ABOVE))


def test_parts_of_different_outlines_are_no_look_alikes() -> None:
    frame, tee, fork, angle = outlines()

    assert [compared(frame, other) for other in (tee, fork, angle)] == [None] * 3


def test_a_sketch_finds_mirrored_scaled_turned_and_longer_copies_first() -> None:
    copies = [
        elsewhere(bracket(), size=1.25),
        mirrored(bracket()),
        relief(bracket()),
        stretched(bracket(), 1, 1, 1.3),
    ]
    others = np.stack([sketch(mesh) for mesh in [*outlines()[:3], *copies]])

    assert set(likeliest(sketch(bracket()), others)[:4]) == {3, 4, 5, 6}
    assert likeliest(sketch(bracket()), others[:0]) == []


def test_what_differs_is_marked_in_both_pictures() -> None:
    plain, raised = (
        mesh.vertices_mm[mesh.faces].astype(np.float32) for mesh in (bracket(), relief(bracket()))
    )

    pictures = drawn_apart(
        plain,
        raised,
        known(bracket(), relief(bracket())),
        colour=(120, 130, 140),
        size_px=200,
    )

    assert pictures is not None
    for picture in pictures:
        orange = (picture[..., 0] > picture[..., 2].astype(int) + 60) & (picture[..., 3] > 0)
        assert 0.01 < orange.mean() < 0.4
