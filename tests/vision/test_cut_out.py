"""Lifting the print out of a photo."""

import json
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vision import Mask, NothingFound, Reason, RgbImage, WeightsDamaged
from vision.cut_out import cut_out, cut_outs
from vision.segmenter import Segmenter, UnfitModel, checked, shipped

PHOTOS = Path(__file__).parents[2] / "samples" / "photos"


class RedIsPrint:
    """A judge that anybody can follow: the redder, the likelier."""

    def probabilities(self, photo: RgbImage) -> Mask:
        return (photo[..., 0].astype(np.float32) - photo[..., 1]).clip(0, 255) / np.float32(255)


def table(height: int = 300, width: int = 400) -> RgbImage:
    """Grey with a visible grain."""
    grain = np.random.default_rng(1).integers(90, 170, (height, width, 1))
    return np.repeat(grain, 3, axis=2).astype(np.uint8)


def disc(photo: RgbImage, *, x: int, y: int, radius: int, red: int = 255) -> RgbImage:
    """The photo with a red disc painted on it; red 0 paints the table back."""
    rows, columns = np.ogrid[: photo.shape[0], : photo.shape[1]]
    inside = (rows - y) ** 2 + (columns - x) ** 2 <= radius**2
    painted = photo.copy()
    painted[inside] = (red, 0, 0) if red else photo[0, 0]
    return painted


def test_through_holes_stay_holes() -> None:
    ring = disc(disc(table(), x=200, y=150, radius=80), x=200, y=150, radius=40, red=0)

    found = cut_out(ring, segmenter=RedIsPrint())

    assert found.mask[150, 200] < 0.01
    assert found.mask[150, 260] > 0.99
    assert abs((found.mask > 0.5).sum() / (np.pi * (80**2 - 40**2)) - 1) < 0.03


def test_of_two_prints_the_central_one_is_meant() -> None:
    both = disc(disc(table(), x=200, y=150, radius=45), x=360, y=50, radius=45)

    found = cut_out(both, segmenter=RedIsPrint())

    assert found.mask[150, 200] > 0.99
    assert found.mask[50, 360] == 0


def test_a_much_larger_print_is_meant_even_if_a_crumb_lies_in_the_middle() -> None:
    both = disc(disc(table(), x=200, y=150, radius=5), x=110, y=110, radius=80)

    found = cut_out(both, segmenter=RedIsPrint())

    assert found.mask[110, 110] > 0.99
    assert found.mask[150, 200] == 0


def test_a_cable_across_a_print_leaves_both_halves_in_the_mask() -> None:
    photo = disc(table(), x=200, y=150, radius=100)
    photo[:, 199:202] = 60

    found = cut_out(photo, segmenter=RedIsPrint())

    assert found.mask[150, 150] > 0.99
    assert found.mask[150, 250] > 0.99


def test_two_prints_alike_are_two_proposals_the_central_one_first() -> None:
    both = disc(disc(table(), x=170, y=150, radius=60), x=320, y=150, radius=55)

    first, second = cut_outs(both, segmenter=RedIsPrint())[:2]

    assert first.cut_out.mask[150, 170] > 0.9
    assert first.cut_out.mask[150, 320] == 0
    assert second.cut_out.mask[150, 320] > 0.9
    assert second.cut_out.mask[150, 170] == 0
    assert first.probability > second.probability


def test_a_print_that_holds_something_of_another_colour_is_proposed_without_it() -> None:
    photo = disc(table(), x=200, y=150, radius=80)
    photo[150:235, 120:281][photo[150:235, 120:281, 0] > 200] = (255, 0, 200)

    proposals = cut_outs(photo, segmenter=RedIsPrint())

    halves = [each.cut_out.mask for each in proposals if each.cut_out.mask[200, 200] < 0.5]
    assert any(mask[110, 200] > 0.9 for mask in halves)
    assert len(proposals) == 3
    assert 0 < sum(each.probability for each in proposals) <= 1
    chances = [each.probability for each in proposals]
    assert chances == sorted(chances, reverse=True)


def test_one_plain_print_is_one_likely_proposal() -> None:
    proposals = cut_outs(disc(table(), x=200, y=150, radius=60), segmenter=RedIsPrint())

    assert proposals[0].cut_out.mask[150, 200] > 0.99
    assert all(each.probability < proposals[0].probability / 10 for each in proposals[1:])


@pytest.mark.parametrize(
    ("photo", "reason"),
    [
        (np.full((300, 400, 3), 12, np.uint8), Reason.TOO_DARK),
        (np.full((300, 400, 3), 140, np.uint8), Reason.BLURRED),
        (table(), Reason.NO_OBJECT),
        (disc(table(), x=200, y=150, radius=3), Reason.NO_OBJECT),
        (disc(table(), x=5, y=150, radius=20), Reason.NO_OBJECT),
        (disc(table(), x=200, y=150, radius=400), Reason.CUT_OFF),
    ],
    ids=["dark", "flat", "bare table", "crumb", "stray thing at the edge", "nothing but print"],
)
def test_a_photo_without_a_usable_print_says_why(photo: RgbImage, reason: Reason) -> None:
    with pytest.raises(NothingFound) as nothing:
        cut_out(photo, segmenter=RedIsPrint())

    assert nothing.value.reason is reason


def test_a_print_at_the_edge_of_the_photo_is_marked_as_touching_it() -> None:
    inside = cut_out(disc(table(), x=200, y=150, radius=60), segmenter=RedIsPrint())
    at_edge = cut_out(disc(table(), x=20, y=150, radius=60), segmenter=RedIsPrint())

    assert (inside.touches_frame, at_edge.touches_frame) == (False, True)


def test_a_faint_answer_has_less_quality_than_a_clear_one() -> None:
    clear = cut_out(disc(table(), x=200, y=150, radius=60), segmenter=RedIsPrint())
    faint = cut_out(disc(table(), x=200, y=150, radius=60, red=150), segmenter=RedIsPrint())

    assert 0 < faint.quality < clear.quality <= 1


def test_the_mask_has_the_size_of_the_photo_however_large_that_is() -> None:
    large = np.asarray(Image.fromarray(disc(table(), x=200, y=150, radius=60)).resize((2400, 1800)))

    found = cut_out(large, segmenter=RedIsPrint())

    assert found.mask.shape == (1800, 2400)
    assert found.mask.dtype == np.float32
    assert abs((found.mask > 0.5).sum() / (np.pi * 360**2) - 1) < 0.03
    assert np.array_equal(found.rgb, large)


def test_importing_vision_opens_neither_rembg_nor_a_network() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, vision, vision.cut_out; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert not {"rembg", "onnxruntime", "pymatting"} & set(told.stdout.split())


def test_weights_that_were_changed_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "segmenter.onnx").write_bytes(b"something else")
    (tmp_path / "segmenter.sha256").write_text("0" * 64)

    with pytest.raises(WeightsDamaged) as damaged:
        checked("segmenter", folder=tmp_path)

    assert damaged.value.expected_sha256 == "0" * 64


def test_the_shipped_weights_are_whole_and_small() -> None:
    file = checked("segmenter", folder=shipped())

    assert len(file.read_bytes()) < 8_000_000


def test_a_model_that_sends_pictures_away_is_refused() -> None:
    with pytest.raises(UnfitModel, match="other people's machines"):
        Segmenter("withoutbg").network()


def test_an_unknown_model_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UnfitModel, match="u2netp"):
        Segmenter("no-such-model").network()


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter()


def samples() -> list[dict[str, object]]:
    return json.loads((PHOTOS / "photos.json").read_text(encoding="utf-8"))


def read(name: object) -> RgbImage:
    return np.asarray(Image.open(PHOTOS / str(name)).convert("RGB"))


@pytest.mark.parametrize(
    "sample", [s for s in samples() if s["part"]], ids=lambda sample: sample["photo"]
)
def test_our_network_finds_the_print_of_every_sample_photo(
    sample: dict[str, object], segmenter: Segmenter
) -> None:
    found = cut_out(read(sample["photo"]), segmenter=segmenter)

    left, top, right, bottom = sample["box_px"]  # type: ignore[misc]
    outside = found.mask.copy()
    outside[top:bottom, left:right] = 0
    area = (found.mask > 0.5).sum()
    assert abs(area / sample["print_px"] - 1) < 0.15  # type: ignore[operator]
    assert (outside > 0.5).sum() < 0.05 * area
    assert found.quality > 0.5


def test_our_network_finds_nothing_on_the_empty_table(segmenter: Segmenter) -> None:
    (empty,) = [sample for sample in samples() if not sample["part"]]

    with pytest.raises(NothingFound):
        cut_out(read(empty["photo"]), segmenter=segmenter)


def test_threads_that_share_a_segmenter_get_the_answers_they_would_get_alone(
    segmenter: Segmenter,
) -> None:
    photos = [read(sample["photo"]) for sample in samples()[:3]]
    alone = [segmenter.probabilities(photo) for photo in photos]

    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(segmenter.probabilities, photos))

    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


def test_our_network_is_opened_without_asking_the_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def offline(*_: object, **__: object) -> None:
        raise OSError("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", offline)

    assert Segmenter().probabilities(table()).shape == (300, 400)
