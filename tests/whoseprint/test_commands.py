"""The commands as a shell sees them: what stands on standard output, and the exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from whoseprint.demo import photos_folder, write_sample_parts

ROOT = Path(__file__).parents[2]
KEPT = ("wall-hook", "chess-pawn")

pytestmark = pytest.mark.slow


def whoseprint(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "WHOSEPRINT_DATA_DIR": str(folder / "data"),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
    }
    return subprocess.run(
        [sys.executable, "-m", "whoseprint", *words],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two parts, one of them in a subfolder, one broken file, an order book."""
    folder = tmp_path_factory.mktemp("commands")
    orders = write_sample_parts(folder / "parts")
    (folder / "orders.csv").write_text(
        orders.read_text().replace("chess-pawn,", "toys/chess-pawn,")
    )
    for file in (folder / "parts").iterdir():
        if file.stem not in KEPT:
            file.unlink()
    (folder / "parts" / "toys").mkdir()
    (folder / "parts" / "chess-pawn.stl").rename(folder / "parts" / "toys" / "chess-pawn.stl")
    (folder / "parts" / "broken.stl").write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def imported(folder: Path) -> subprocess.CompletedProcess[str]:
    return whoseprint(folder, "import", "parts", "--csv", "orders.csv", "--jobs", "2")


def test_an_import_counts_what_it_added_and_says_why_it_refused(
    imported: subprocess.CompletedProcess[str],
) -> None:
    assert imported.stdout.strip().splitlines()[-1] == "added 2, known 0, refused 1"
    assert "broken" in imported.stderr
    assert "is empty" in imported.stderr
    assert imported.returncode == 0


def test_an_import_repeated_adds_nothing(
    folder: Path, imported: subprocess.CompletedProcess[str]
) -> None:
    assert imported.returncode == 0

    again = whoseprint(folder, "import", "parts", "--csv", "orders.csv")

    assert again.stdout.strip().splitlines()[-1] == "added 0, known 2, refused 1"


def test_identify_prints_one_object_a_photo_and_nothing_else(
    folder: Path, imported: subprocess.CompletedProcess[str]
) -> None:
    assert imported.returncode == 0
    photos = [str(photos_folder() / f"{name}.jpg") for name in ("hook-on-desk", "pawn-on-desk")]
    (folder / "no-picture.jpg").write_bytes(b"hello")

    asked = whoseprint(
        folder, "identify", *photos, "no-picture.jpg", "--json", "--picture", "answer.jpg"
    )

    told = [json.loads(line) for line in asked.stdout.splitlines()]
    assert [each["photo"] for each in told] == [*photos, "no-picture.jpg"]
    assert [each["candidates"][0]["part"] for each in told[:2]] == ["wall-hook", "toys/chess-pawn"]
    assert told[0]["candidates"][0]["customer"] == "Maple Street School"
    assert all(each["may_be"][0] == each["candidates"][0]["part"] for each in told[:2])
    assert (told[2]["may_be"], told[2]["may_be_none"]) == ([], True)
    chances = [each["probability"] for each in told[0]["candidates"]]
    assert chances == sorted(chances, reverse=True)
    assert (told[2]["decision"], told[2]["reason"]) == ("unknown", "picture_not_one")
    assert all(each["elapsed_ms"] > 0 for each in told)
    assert (folder / "answer.jpg").read_bytes()[:2] == b"\xff\xd8"


def test_evaluate_counts_every_photo_and_prints_one_object(
    folder: Path, imported: subprocess.CompletedProcess[str]
) -> None:
    assert imported.returncode == 0
    hook = photos_folder() / "hook-on-desk.jpg"
    (folder / "photos.csv").write_text(
        "photo,stl,acceptable,difficulty\n"
        f"{hook},wall-hook,,easy\n"
        f"{hook},nobody,toys/chess-pawn|wall-hook,hard\n"
        "no-picture.jpg,wall-hook,,hard\n"
    )
    (folder / "no-picture.jpg").write_bytes(b"hello")

    asked = whoseprint(folder, "evaluate", "photos.csv", "--json")

    figures = json.loads(asked.stdout)
    assert (figures["photos"], figures["parts"]) == (3, 2)
    assert figures["top1"] == pytest.approx(2 / 3, abs=1e-3)
    assert figures["strict"]["top1"] == pytest.approx(1 / 3, abs=1e-3)
    assert figures["by_difficulty"]["easy"]["top1"] == 1.0
    assert figures["describer"] == "learned"


def test_evaluating_with_another_describer_fills_in_what_it_lacks(
    folder: Path, imported: subprocess.CompletedProcess[str]
) -> None:
    assert imported.returncode == 0
    hook = photos_folder() / "hook-on-desk.jpg"
    (folder / "one.csv").write_text(f"photo,stl\n{hook},wall-hook\n")

    asked = whoseprint(folder, "evaluate", "one.csv", "--json", "--describer", "seed6")

    figures = json.loads(asked.stdout)
    assert (figures["describer"], figures["parts"], figures["top3"]) == ("seed6", 2, 1.0)


def test_a_list_without_its_columns_is_refused_in_a_sentence(folder: Path) -> None:
    (folder / "wrong.csv").write_text("picture,part\na.jpg,b\n")

    asked = whoseprint(folder, "evaluate", "wrong.csv", "--json")

    assert asked.returncode == 1
    assert asked.stdout == ""
    assert asked.stderr.strip() == "wrong.csv has no columns photo and stl."


def test_a_bot_without_a_token_says_where_to_get_one(folder: Path) -> None:
    asked = whoseprint(folder, "bot", "--embedded")

    assert asked.returncode == 1
    assert "@BotFather" in asked.stderr
    assert "Traceback" not in asked.stderr
