"""The network that compares a photo with a part drawn in its pose there."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.vision.shapes_of_ours import box, bracket, outlines, photo_of
from vision import WeightsDamaged
from vision.canonical import canonical_crop
from vision.embedder_views import laid_view
from vision.hash_aligned import arrays_of, coarse_of, solid_from
from vision.learned import upright_input
from vision.networks import Networks
from vision.pose import SIZE_PX, fitted, outline_of, start
from vision.segmenter import shipped
from vision.shapes import Mesh, Rotation
from vision.verifier import NAME, Verifier, verifier
from vision.viewpoints import look_from

ASKEW = look_from(np.array([0.3, -0.8, 0.5]))
FROM_BEHIND = look_from(np.array([-0.3, 0.8, -0.5]))
PHOTO = photo_of(bracket(), ASKEW)


def laid(mesh: Mesh, rotation: Rotation) -> NDArray[np.float32]:
    """The mesh laid on the photo's outline, from this side (5, S, S)."""
    solid = solid_from(arrays_of(coarse_of(mesh)))
    outline = outline_of(canonical_crop(PHOTO, size_px=SIZE_PX).mask)
    return laid_view(solid, fitted(solid, start(solid, rotation), outline=outline, steps=8))


def test_the_part_as_it_lies_fits_better_than_others_and_than_its_own_wrong_side() -> None:
    others = [*outlines()[:3], box(40, 30, 10)]
    views = np.stack([
        laid(bracket(), ASKEW), laid(bracket(), FROM_BEHIND), *(laid(m, ASKEW) for m in others)
    ])  # fmt: skip

    odds = verifier().odds(upright_input(PHOTO), views)

    assert odds.shape == (6,)
    assert odds.argmax() == 0
    assert odds[0] > odds[1:].max() + 1


def test_many_drawings_are_told_the_same_as_each_alone_and_from_several_threads() -> None:
    noise = np.random.default_rng(0).random((19, 5, 96, 96), np.float32)
    photo = upright_input(PHOTO)
    fresh = Verifier()

    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(lambda _: fresh.odds(photo, noise), range(3)))

    alone = [verifier().odds(photo, noise[n : n + 1])[0] for n in range(len(noise))]
    for each in together:
        assert each == pytest.approx(np.array(alone), abs=1e-3)


def test_no_drawing_has_no_odds() -> None:
    assert verifier().odds(upright_input(PHOTO), np.zeros((0, 5, 96, 96), np.float32)).shape == (0,)


def test_weights_that_are_not_the_measured_ones_are_refused(tmp_path: Path) -> None:
    whole = (shipped() / f"{NAME}.onnx").read_bytes()
    (tmp_path / f"{NAME}.onnx").write_bytes(whole[:-1] + b"?")
    (tmp_path / f"{NAME}.sha256").write_bytes((shipped() / f"{NAME}.sha256").read_bytes())

    with pytest.raises(WeightsDamaged):
        Verifier(Networks(tmp_path)).odds(
            upright_input(PHOTO), np.zeros((1, 5, 96, 96), np.float32)
        )
