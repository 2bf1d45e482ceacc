"""What training writes under a name is whole, whenever the power goes."""

from pathlib import Path

import pytest

from tests.fakes.synced_disk import SyncedDisk
from training.shop_folder import keep_json
from training.whole_files import named


def test_a_name_never_outlives_its_bytes_nor_those_it_vouches_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = SyncedDisk(monkeypatch)
    pictures, partial, goal = tmp_path / "a.npy", tmp_path / "a.part", tmp_path / "a.npz"
    pictures.write_bytes(b"pictures")
    partial.write_bytes(b"poses")

    named(partial, goal, pictures)

    assert disk.survives(goal)
    assert disk.survives(pictures)
    assert not partial.exists()


def test_progress_is_kept_so_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = SyncedDisk(monkeypatch)

    keep_json({"done": 1, "total": 2}, tmp_path / "progress.json")

    assert disk.survives(tmp_path / "progress.json")
