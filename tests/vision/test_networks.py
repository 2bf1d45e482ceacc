from pathlib import Path

import numpy as np
import pytest

from tests.fakes.tuned_networks import tuned_folder
from tests.vision.shapes_of_ours import box, bracket, photo_of
from vision import SignatureUnreadable, WeightsDamaged
from vision.calibration import calibration_of
from vision.confirmed import remembered, remembers, upright
from vision.describers import describer
from vision.editions import EDITIONS, kept_as
from vision.embedder import towers
from vision.networks import SHIPPED, Networks, family_of, slug_of
from vision.viewpoints import look_from

ASKEW = look_from(np.array([0.3, -0.8, 0.5]))
#: One of each tower's pictures.
NOISE = np.random.default_rng(0).random((1, 4, 96, 96), np.float32)


def test_a_slug_of_tuned_networks_names_its_describer_and_its_digest() -> None:
    slug = slug_of("learned", {"embedder_view": "ab", "embedder_photo": "cd"})

    assert slug == slug_of("learned", {"embedder_photo": "cd", "embedder_view": "ab"})
    assert slug != slug_of("learned", {"embedder_photo": "ab", "embedder_view": "cd"})
    assert family_of(slug) == "learned"
    assert [family_of(plain) for plain in ("learned", "hash-aligned", "seed6")] == [
        "learned",
        "hash-aligned",
        "seed6",
    ]


def test_tuned_networks_inherit_numbers_and_edition_of_their_describer() -> None:
    slug = slug_of("learned", {"embedder_view": "ab"})

    assert calibration_of(slug) == calibration_of("learned")
    assert kept_as(slug) == f"{slug}.{EDITIONS['learned']}"
    assert remembers(slug)


def test_tuned_networks_find_their_own_signatures_and_read_no_others(tmp_path: Path) -> None:
    slug = tuned_folder(tmp_path)
    ours, theirs = describer(slug, tmp_path), describer("learned")
    signatures = [ours.describe_part(mesh) for mesh in (box(30, 20, 4), bracket())]

    found = ours.open_index(signatures).search([photo_of(bracket(), ASKEW)], 2)

    assert (ours.slug, found[0].row) == (slug, 1)
    assert signatures[1] != theirs.describe_part(bracket())
    with pytest.raises(SignatureUnreadable):
        theirs.open_index(signatures)
    with pytest.raises(SignatureUnreadable):
        ours.open_index([theirs.describe_part(bracket())])


def test_a_network_that_is_not_in_the_folder_is_the_shipped_one(tmp_path: Path) -> None:
    tuned_folder(tmp_path)
    for left in tmp_path.glob("embedder_photo.*"):
        left.unlink()
    mixed = towers(Networks(tmp_path))

    same = mixed.photo.embed(NOISE).whole, towers(SHIPPED).photo.embed(NOISE).whole
    views = np.concatenate([NOISE, NOISE[:, :1]], axis=1)
    other = mixed.view.embed(views).whole, towers(SHIPPED).view.embed(views).whole

    assert np.array_equal(*same)
    assert not np.array_equal(*other)
    assert np.abs(other[0] - other[1]).max() < 0.1


@pytest.mark.parametrize("gone", ["embedder_view.onnx", "embedder_view.sha256", "*"])
def test_tuned_networks_that_vanished_are_not_the_shipped_ones(tmp_path: Path, gone: str) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    tuned_folder(folder)
    for file in list(folder.glob(gone)):
        file.unlink()
    if gone == "*":
        folder.rmdir()

    with pytest.raises(WeightsDamaged):
        Networks(folder).file("embedder_view")


def test_tuned_networks_that_were_damaged_are_not_used(tmp_path: Path) -> None:
    slug = tuned_folder(tmp_path)
    (tmp_path / "embedder_view.sha256").write_text("0" * 64)

    with pytest.raises(WeightsDamaged):
        describer(slug, tmp_path).describe_part(bracket())


def test_a_tuned_slug_without_its_folder_is_no_describer(tmp_path: Path) -> None:
    for slug, folder in (("learned-0123abcd", None), ("seed6-0123abcd", tmp_path)):
        with pytest.raises(ValueError, match="no describer"):
            describer(slug, folder)


def test_a_confirmed_photo_is_compared_by_the_networks_that_answer(tmp_path: Path) -> None:
    tuned_folder(tmp_path)
    photo, tuned = photo_of(bracket(), ASKEW), Networks(tmp_path)

    assert remembered(photo, tuned) != remembered(photo)
    assert not np.array_equal(upright(photo, tuned), upright(photo))
    assert np.abs(upright(photo, tuned) @ upright(photo)) > 0.95
