from hashlib import sha256
from pathlib import Path

import pytest

from catalog.files import FileStore
from tests.fakes.synced_disk import SyncedDisk
from workers.tuning_folder import COMMANDS, TuningFolder, TuningStage


def test_what_stands_in_a_runs_folder_is_there_after_the_power_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, folder = SyncedDisk(monkeypatch), TuningFolder(tmp_path / "7")

    folder.lay_part(3, b"solid three")
    folder.write_plan(size="toy", slug="learned", networks=None)
    folder.mark_done(TuningStage.PHOTOS)

    written = [path for path in folder.path.rglob("*") if path.is_file()]
    assert sorted(path.name for path in written) == ["3.stl", "photos.done", "plan.json"]
    assert [path.name for path in written if not disk.survives(path)] == []


def test_stages_are_walked_in_order_and_none_twice(tmp_path: Path) -> None:
    folder = TuningFolder(tmp_path)
    walked = []
    while (command := folder.next_command()) is not None:
        walked.append(command)
        folder.mark_done(command.stage)

    assert tuple(walked) == COMMANDS


def test_half_a_network_is_none_of_those_that_came_out(tmp_path: Path) -> None:
    folder, files = TuningFolder(tmp_path / "7"), FileStore(str(tmp_path / "files"))
    networks = folder.path / "networks"
    networks.mkdir(parents=True)
    (networks / "embedder_view.onnx").write_bytes(b"whole")
    (networks / "embedder_photo.fresh.onnx").write_bytes(b"being compared")

    kept = folder.kept_networks(files)

    assert {name: file.sha256 for name, file in kept.items()} == {
        "embedder_view": sha256(b"whole").hexdigest()
    }
