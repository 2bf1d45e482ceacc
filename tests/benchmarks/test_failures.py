"""Failures are put in classes by rules that anybody can check."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from asking import Room
from failures import (
    ALIKE,
    Evidence,
    FailureClass,
    Shapes,
    along_frame,
    classed,
    counts_of,
    failures_of,
    main,
    write_sheets,
)
from PIL import Image

SOUND = {
    "overlap": 0.95, "right_with_mask": None, "hidden": 0.0, "along_frame": 0.0, "note": "",
    "likeness": 0.7, "crowd": 0, "reached": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "kind", "words"),
    [
        ({"overlap": 0.79, "right_with_mask": True}, FailureClass.CUT_OUT, "mask right"),
        ({"overlap": 0.0, "hidden": 0.5, "right_with_mask": False}, FailureClass.CUT_OUT, "wrong"),
        ({"right_with_mask": True, "likeness": 1.0}, FailureClass.CUT_OUT, "overlap 0.95"),
        ({"right_with_mask": False, "crowd": 10}, FailureClass.VIEW, "10 other parts"),
        ({"hidden": 0.11}, FailureClass.OCCLUSION, "hidden 0.11"),
        ({"along_frame": 0.05, "likeness": 1.0}, FailureClass.OCCLUSION, "frame 0.05"),
        ({"note": "two tubes in it", "crowd": 50}, FailureClass.OCCLUSION, "two tubes"),
        ({"likeness": 0.91, "crowd": 50}, FailureClass.LOOK_ALIKE, "likeness 0.91"),
        ({"crowd": 10}, FailureClass.VIEW, "fits 10 other parts"),
        ({}, FailureClass.SEARCH, "scored lower"),
        ({"reached": False, "overlap": None}, FailureClass.SEARCH, "not reached"),
    ],
)
def test_the_first_rule_that_holds_names_the_class(
    facts: dict[str, object], kind: FailureClass, words: str
) -> None:
    found, evidence = classed(Evidence(**{**SOUND, **facts}))  # type: ignore[arg-type]

    assert found is kind
    assert words in evidence


@pytest.mark.parametrize("note", ["dim light", "near twins", "underside", "side view"])
def test_a_note_about_light_or_side_speaks_of_no_occlusion(note: str) -> None:
    assert classed(Evidence(**{**SOUND, "note": note}))[0] is FailureClass.SEARCH  # type: ignore[arg-type]


def test_the_outline_along_the_frame_is_a_share_of_the_whole_outline() -> None:
    mask = np.zeros((40, 40), bool)
    mask[10:20, 5:15] = True

    inside = along_frame(mask)
    mask[10:20, 0:5] = True

    assert inside == 0
    assert along_frame(mask) == pytest.approx(10 / 46)  # a box of 10 by 15 has 46 rim pixels


@pytest.mark.slow
def test_near_twins_are_alike_and_other_parts_are_not(small_data: Path, tmp_path: Path) -> None:
    shapes = Shapes(Room(small_data, tmp_path, slug="hash-aligned"))

    assert shapes.likeness("funnel", "funnel") > ALIKE
    assert shapes.likeness("wall-hook", "chess-pawn") < ALIKE
    assert shapes.likeness("nothing", "funnel") == 0
    gear = shapes.words[shapes.names.index("spur-gear-24")]
    assert gear.shape == (162, 64)


@pytest.mark.slow
def test_failures_of_a_small_catalogue_are_counted_and_drawn(
    small_data: Path, tmp_path: Path
) -> None:
    """A pawn labelled as a hook is the one failure there is."""
    data = tmp_path / "data"
    data.mkdir()
    for path in small_data.iterdir():
        (data / path.name).symlink_to(path)
    table = (data / "photos.csv").read_text()
    (data / "photos.csv").unlink()
    (data / "photos.csv").write_text(table.replace("2.png,chess-pawn", "2.png,wall-hook"))
    room = Room(data, tmp_path / "kept", slug="seed6")

    found, asked = failures_of(room, "given", None)
    write_sheets(room, found, tmp_path / "sheets")

    assert asked == Counter(real=5, traced=5)
    assert [(each.where, each.photo.name) for each in found] == [("real", "photos/2.png")]
    counted = counts_of(found, asked)
    assert counted["real"]["failures"] == sum(counted["real"]["classes"].values()) == 1
    assert counted["traced"]["failures"] == 0
    sheets = list((tmp_path / "sheets").glob("*.png"))
    assert len(sheets) == 1
    with Image.open(sheets[0]) as sheet:
        assert len(np.unique(np.asarray(sheet))) > 50  # a photo, a hook and a pawn are on it


def test_sheets_are_refused_inside_the_repository(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = Path(__file__).parents[2]
    monkeypatch.setattr(
        "sys.argv", ["failures.py", "data", "--kept", "x", "--sheets", str(root / "docs" / "f")]
    )

    with pytest.raises(SystemExit):
        main()

    assert "outside" in capsys.readouterr().err
