"""Pairs that differ, photos that show them, and shares by whether a photo could tell."""

import csv
from pathlib import Path

import numpy as np
import pytest
from twins import (
    FEWEST_PIXELS,
    Asked,
    Journal,
    made,
    photographed,
    poses,
    procedural,
    rotation,
    told,
)

from vision.look_alikes import Relation


def test_a_quaternion_is_the_rotation_it_names() -> None:
    half = np.sqrt(0.5)

    assert rotation(1, 0, 0, 0) == pytest.approx(np.eye(3))
    # a quarter turn around z takes x to y
    assert rotation(half, 0, 0, half) @ [1, 0, 0] == pytest.approx([0, 1, 0])


def test_poses_are_read_where_a_list_has_them(tmp_path: Path) -> None:
    path = tmp_path / "traced.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(
            [["photo", "qw", "qx", "qy", "qz"], ["a.jpg", 0, 1, 0, 0], ["b.jpg", "", "", "", ""]]
        )

    found = poses(path)

    assert list(found) == ["a.jpg"]
    assert found["a.jpg"] == pytest.approx(np.diag([1, -1, -1]))


def test_shares_are_told_apart_by_whether_the_photo_shows_it() -> None:
    def asked(*, shown: bool, given: bool, own: bool) -> Asked:
        return Asked(
            kind="real mirrored", pair="x", shown=shown, right={"given": given, "own": own}
        )

    found = told(
        [
            asked(shown=True, given=True, own=False),
            asked(shown=True, given=True, own=True),
            asked(shown=False, given=False, own=True),
        ]
    )

    assert found == {
        "real mirrored": {
            "shown": {"photos": 2, "right_given": 1.0, "right_own": 0.5},
            "not_shown": {"photos": 1, "right_given": 0.0, "right_own": 1.0},
        }
    }


def test_what_was_answered_is_not_asked_again(tmp_path: Path) -> None:
    kinds, right = ("mirrored", "near_twin"), {"given": True, "own": False}
    kept = Journal(tmp_path / "learned" / "asked.jsonl")
    asked = [
        kept.keep(Asked(kind=f"procedural {kind}", pair=f"0, photo {n}", shown=True, right=right))
        for kind in kinds
        for n in (0, 1)
    ]

    again = list(procedural(1, Journal(tmp_path / "learned" / "asked.jsonl")))

    assert again == asked


@pytest.mark.slow
def test_a_mirror_twin_is_made_and_photographed_whole() -> None:
    rng = np.random.default_rng(5)

    first, second, resemblance = made(rng, Relation.MIRRORED)
    shot = photographed(rng, second)

    assert resemblance.relation is Relation.MIRRORED
    assert len(first.faces) == len(second.faces)
    assert (shot.mask > 127).sum() >= FEWEST_PIXELS
    assert shot.pose is not None
    assert np.linalg.det(shot.pose.rotation) == pytest.approx(1)
