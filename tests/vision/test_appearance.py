"""What the inside of an outline says, under lights and plastics it does not know."""

import dataclasses

import numpy as np
import pytest

from tests.vision.shapes_of_ours import box, bracket, photo_of, solid_of
from vision.appearance import Agreement, agreement, look_of
from vision.canonical import canonical_crop
from vision.pose import SIZE_PX, fitted, outline_of, start
from vision.shapes import CutOut, Mesh, RgbImage
from vision.viewpoints import look_from, rolled

POSE = rolled(look_from(np.array([0.45, -0.7, 0.55])), 33)


def judged(photo: CutOut, mesh: Mesh) -> Agreement:
    crop = canonical_crop(photo, size_px=SIZE_PX)
    solid = solid_of(mesh)
    fit = fitted(solid, start(solid, POSE), outline=outline_of(crop.mask), steps=6)
    return agreement(look_of(crop), solid, fit)


def repainted(photo: CutOut, rgb: RgbImage) -> CutOut:
    return dataclasses.replace(photo, rgb=rgb)


def test_a_part_explains_nearly_all_of_its_own_shading() -> None:
    assert judged(photo_of(bracket(), POSE), bracket()).shading > 1.5  # 78 %


def test_darker_and_coloured_plastic_says_the_same() -> None:
    photo = photo_of(bracket(), POSE)
    dark = repainted(photo, photo.rgb // 3)
    red = photo.rgb.copy()
    red[..., 1:] //= 2

    plain = judged(photo, bracket())

    for other in (judged(dark, bracket()), judged(repainted(photo, red), bracket())):
        assert other.shading == pytest.approx(plain.shading, abs=0.25)
        assert other.edges == pytest.approx(plain.edges, abs=0.05)


def test_noise_is_hardly_explained() -> None:
    photo = photo_of(bracket(), POSE)
    noise = np.random.default_rng(1).integers(0, 256, photo.rgb.shape, dtype=np.uint8)

    said = judged(repainted(photo, noise), bracket())

    assert said.shading < 0.5  # thirteen causes always explain a little
    assert abs(said.edges) < 0.15


def test_the_right_part_explains_the_inside_better_than_one_of_the_same_outline() -> None:
    from_above = look_from(np.array([0.05, -0.1, 1.0]))
    plain, stepped = box(40, 30, 12), _stairs()
    photo = photo_of(stepped, from_above)
    crop = canonical_crop(photo, size_px=SIZE_PX)
    outline = outline_of(crop.mask)

    both = []
    for mesh in (stepped, plain):
        solid = solid_of(mesh)
        fit = fitted(solid, start(solid, from_above), outline=outline, steps=6)
        assert fit.share > 0.93
        both.append(agreement(look_of(crop), solid, fit))

    right, wrong = both
    assert right.shading > wrong.shading + 0.5
    assert right.edges > wrong.edges + 0.1


def test_nothing_is_said_of_an_inside_too_small_to_see() -> None:
    photo = photo_of(bracket(), POSE)
    crop = canonical_crop(photo, size_px=SIZE_PX)
    solid = solid_of(bracket())
    fit = fitted(solid, start(solid, POSE), outline=outline_of(crop.mask), steps=0)
    fit.pose[9] = 50  # far out of the picture

    said = agreement(look_of(crop), solid, fit)

    assert (said.shading, said.edges) == (0.0, 0.0)


def _stairs() -> Mesh:
    """Same box as (40, 30, 12), but half of its top slopes away."""
    x, y, z = 40.0, 30.0, 12.0
    side = np.array([[0, 0], [x, 0], [x, 4.0], [x / 2, z], [0, z]])
    near = np.column_stack([side[:, 0], np.zeros(5), side[:, 1]])
    far = near + [0, y, 0]
    caps = [[0, i, i + 1] for i in range(1, 4)]
    walls = [[i, (i + 1) % 5, 5 + (i + 1) % 5] for i in range(5)]
    walls += [[i, 5 + (i + 1) % 5, 5 + i] for i in range(5)]
    back = [[5 + c, 5 + b, 5 + a] for a, b, c in caps]
    return Mesh(
        vertices_mm=np.concatenate([near, far]), faces=np.array(caps + walls + back, np.int32)
    )
