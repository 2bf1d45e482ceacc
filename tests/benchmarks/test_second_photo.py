"""The benchmark of the second photo: people are sloppy, both arms are alike, ratios are honest."""

from pathlib import Path

import numpy as np
import pytest
import trimesh
from second_photo import (
    SEEN_FROM_DEG,
    SIDE_PX,
    Journal,
    Said,
    asked_place,
    photographed,
    random_place,
    report,
)

from training.bodies import Body, body_of
from vision import Outcome

ACCEPTED, UNSURE = Outcome.ACCEPTED.value, Outcome.UNSURE.value


@pytest.fixture(scope="module")
def plate() -> Body:
    return body_of(trimesh.creation.box((60, 40, 8)), name="plate")


def _faces(place: tuple[np.ndarray, float, float]) -> np.ndarray:
    """The direction of the print that faces the camera."""
    pose, azimuth, elevation = place
    back = [np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation)]
    return pose.T @ np.array([*back, np.sin(elevation)])


def test_the_asked_side_faces_the_camera_nearly(plate: Body) -> None:
    side = np.array([0.0, 0.6, 0.8])
    places = [asked_place(np.random.default_rng(n), plate, side) for n in range(60)]

    off_deg = [np.degrees(np.arccos(np.clip(_faces(each) @ side, -1, 1))) for each in places]

    assert 5 < np.median(off_deg) < 18
    assert max(off_deg) > 20
    assert all(np.degrees(elevation) >= SEEN_FROM_DEG - 1e-6 for _, _, elevation in places)


def test_the_under_side_is_seen_by_turning_the_print_over(plate: Body) -> None:
    below = np.array([0.0, 0.0, -1.0])

    pose, _, elevation = asked_place(np.random.default_rng(1), plate, below)

    assert elevation > 0
    assert (pose @ below)[2] > 0.8


def test_a_seed_says_all_about_a_photo_but_the_place(plate: Body) -> None:
    place = random_place(np.random.default_rng(2), plate)

    first, again = (photographed([7], plate, place, ()) for _ in range(2))

    assert first.shape == (SIDE_PX, SIDE_PX, 3)
    assert np.array_equal(first, again)


def test_a_line_that_was_cut_short_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "said.jsonl"
    Journal(path).keep(Said(photo="a", truth="x", arm="first"))
    with path.open("a") as file:
        file.write('{"photo": "b", "tru')

    assert set(Journal(path).said) == {("a", "first", 0)}


def _said(photo: str, arm: str, outcome: str, rank: int | None) -> Said:
    return Said(photo=photo, truth=photo[0], arm=arm, outcome=outcome, rank=rank, asked=True)


def test_errors_left_count_what_is_not_first_of_photos_that_were_unsure() -> None:
    said = [
        _said("a1", "first", UNSURE, 2), _said("a1", "asked", ACCEPTED, 1),
        _said("a1", "random", UNSURE, 3),
        _said("b1", "first", UNSURE, 1), _said("b1", "asked", UNSURE, 1),
        _said("b1", "random", ACCEPTED, 2),
        _said("c1", "first", ACCEPTED, 1),
        _said("d1", "first", UNSURE, None), _said("d1", "asked", UNSURE, None),
        _said("d1", "random", UNSURE, None),
        _said("e1", "first", UNSURE, 1),  # not asked to the end
    ]  # fmt: skip

    told = report(said, draws=1)

    assert (told["photos"], told["unsure"], told["with second photos"]) == (5, 4, 3)
    wrong = told["errors left, asked / random"]
    assert (wrong["asked"], wrong["random"], wrong["ratio"]) == (1, 3, 0.333)
    assert wrong["low"] <= wrong["ratio"] <= wrong["high"]
    assert told["random"]["accepted and wrong"] == pytest.approx(1 / 3, abs=1e-3)
    assert told["unsettled, asked / random"]["asked"] == 2


def test_nothing_asked_yet_is_no_ratio() -> None:
    assert report([], draws=1)["errors left, asked / random"]["ratio"] == 0
