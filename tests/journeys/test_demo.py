"""The demo alone, from an empty folder; and its shop, backed up and restored elsewhere."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from whoseprint.demo import photos_folder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Its data folder, and what it printed."""
    data = tmp_path_factory.mktemp("demo") / "var"
    return data, whoseprint(data, "demo", "--once")


def whoseprint(data: Path, *args: str) -> str:
    """A command as a person types it; what it printed. Fails where it does."""
    told = subprocess.run(
        [sys.executable, "-m", "whoseprint", *args],
        env={**os.environ, "WHOSEPRINT_DATA_DIR": str(data)}, cwd=data.parent,
        capture_output=True, text=True, check=True, timeout=380,
    )  # fmt: skip
    return told.stdout


def test_the_demo_names_the_part_and_the_customer_and_saves_the_picture(
    demo: tuple[Path, str],
) -> None:
    data, told = demo

    assert "wall-hook for Maple Street School" in told
    assert "0 of 30 found" in told
    with Image.open(data / "demo" / "answer.jpg") as picture:
        assert picture.width > picture.height > 300


def test_a_shop_restored_from_its_backup_still_knows_its_parts(
    demo: tuple[Path, str], tmp_path: Path
) -> None:
    shop, restored = demo[0] / "demo", tmp_path / "restored"
    restored.mkdir()
    with (
        closing(sqlite3.connect(shop / "whoseprint.db")) as database,
        closing(sqlite3.connect(restored / "whoseprint.db")) as copy,
    ):
        database.backup(copy)  # what sqlite3's .backup does
    shutil.copytree(shop / "files", restored / "files")

    told = whoseprint(restored, "identify", str(photos_folder() / "hook-on-desk.jpg"), "--json")

    answer = json.loads(told)
    assert answer["decision"] == "accepted"
    assert answer["candidates"][0]["part"] == "wall-hook"
    assert answer["candidates"][0]["customer"] == "Maple Street School"
