"""The whole way to a shop's own networks, in small, by the commands that a worker starts."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from samples import catalogue
from tests.training.commands import PYTHON, ROOT
from training.shop_folder import HELD_OUT_FROM, MORE, SIZES, Size
from training.shop_photos import PHOTOS_A_SHARD, wanted_shards
from workers.tuning_folder import By, TuningFolder, TuningStage
from workers.tuning_verdict import Finding, judged, read_answers

#: One in each environment, and the one that remembers most.
CUT_SHORT = (TuningStage.PHOTOS, TuningStage.EMBEDDER, TuningStage.JUDGING)
#: So short that a stage gets through one piece of work at the most, start included.
SHORT_S = 0.2


def _stls(count: int) -> list[tuple[str, Path]]:
    return [(str(n), Path(f"{n}.stl")) for n in range(count)]


@pytest.mark.parametrize("count", [2, 7, 34, 646])
def test_every_part_has_its_turn_and_photos_to_judge_by_are_apart(count: int) -> None:
    shards = wanted_shards(_stls(count), SIZES["shop"])

    learned = [each for each in shards if each.number < HELD_OUT_FROM]
    held_out = [each for each in shards if each.number >= HELD_OUT_FROM]
    shown = [name for each in learned for name, _ in each.stls]
    assert set(shown) == {name for name, _ in _stls(count)}
    assert max(map(shown.count, shown)) - min(map(shown.count, shown)) <= 1
    assert all(len(set(each.stls)) == len(each.stls) for each in shards)
    assert 0.2 < np.mean([each.new_parts * PHOTOS_A_SHARD / each.photos for each in learned]) < 0.3
    asked = [name for each in held_out for name, _ in each.stls]
    assert len(asked) == len(set(asked)) == min(count, SIZES["shop"].asked_parts)
    assert sum(each.new_parts for each in held_out) == SIZES["shop"].asked_new
    assert sum(each.photos for each in held_out) == 2 * (len(asked) + SIZES["shop"].asked_new)


def test_photos_stay_within_their_limits() -> None:
    size = Size(photos_a_part=6, photos_least=600, photos_most=4_000)

    def photos(count: int) -> int:
        shards = wanted_shards(_stls(count), size)
        return sum(each.photos for each in shards if each.number < HELD_OUT_FROM)

    assert (photos(2), photos(300), photos(646)) == (576, 1_800, 3_852)
    assert max(each.number for each in wanted_shards(_stls(5_000), size)) < 2 * HELD_OUT_FROM


@pytest.mark.slow
@pytest.mark.timeout(900)  # eight processes that import much: a minute of an idle core
@pytest.mark.skipif(not PYTHON.exists(), reason="no .venv-train: run `make setup-train`")
def test_a_shops_own_networks_are_made_in_slices_however_often_they_are_cut_short(
    tmp_path: Path,
) -> None:
    folder = TuningFolder(tmp_path)
    for number, part in enumerate(catalogue()[:4], start=1):
        folder.lay_part(number, bytes(part.mesh.export(file_type="stl")))
    folder.lay_part(9, b"solid nothing\nendsolid nothing\n")
    folder.write_plan(size="toy", slug="learned", networks=None)

    statuses: dict[str, list[int]] = {}
    while (command := folder.next_command()) is not None:
        took = statuses.setdefault(command.stage.value, [])
        python = PYTHON if command.by is By.TRAINING else Path(sys.executable)
        is_cut_short = command.stage in CUT_SHORT and not took
        took.append(_turn(command.module, folder, python, SHORT_S if is_cut_short else 240))
        if took[-1] == 0:
            folder.mark_done(command.stage)

    assert {stage.value for stage in CUT_SHORT} == {
        stage for stage, took in statuses.items() if took == [MORE, 0]
    }
    assert json.loads((tmp_path / "left_out.json").read_text()) == ["9"]
    asked = read_answers(folder.answers)
    assert {each.part for each in asked if not each.new_part} <= {"1", "2", "3", "4"}
    assert len(asked) > 4
    assert judged(asked).finding is Finding.TOO_FEW
    _are_towers_beside_the_shipped(tmp_path / "networks")


def _turn(module: str, folder: TuningFolder, python: Path, seconds: float) -> int:
    words = [python, "-m", module, "--folder", folder.path, "--seconds", str(seconds)]
    with folder.log.open("ab") as log:
        done = subprocess.run(
            [str(word) for word in words], cwd=ROOT, stdout=log, stderr=log, check=False,
            timeout=280,
        )  # fmt: skip
    assert done.returncode in (0, MORE), folder.log.read_text()[-2000:]
    return done.returncode


def _are_towers_beside_the_shipped(networks: Path) -> None:
    """They learned a little from where the shipped ones are, so they answer nearly alike."""
    for name, channels in (("embedder_photo", 4), ("embedder_view", 5)):
        noise = np.random.default_rng(0).random((3, channels, 96, 96), np.float32)
        shipped = ROOT / "vision" / "weights" / f"{name}.onnx"
        ours, theirs = (
            onnxruntime.InferenceSession(str(path)).run(None, {"pictures": noise})[0]
            for path in (networks / f"{name}.onnx", shipped)
        )
        cosines = (ours * theirs).sum(axis=1)
        assert not np.array_equal(ours, theirs)
        assert cosines.min() > 0.9


@pytest.mark.slow
@pytest.mark.skipif(not PYTHON.exists(), reason="no .venv-train: run `make setup-train`")
def test_learning_goes_on_from_what_is_shipped() -> None:
    code = f"""
import torch
from training.embedder_network import Embedder, ViewTower, Widths
from training.kept_state import FOLDER, read
import numpy as np, onnxruntime
state, widths = read(FOLDER / "embedder.npz")
network = Embedder(Widths(**widths)); network.load_state_dict(state); network.eval()
noise = np.random.default_rng(0).random((4, 5, 96, 96), np.float32)
with torch.no_grad():
    ours = ViewTower(network)(torch.from_numpy(noise))[0].numpy()
shipped = onnxruntime.InferenceSession("{ROOT}/vision/weights/embedder_view.onnx")
theirs = shipped.run(None, {{"pictures": noise}})[0]
assert np.abs(ours - theirs).max() < 0.01, np.abs(ours - theirs).max()
"""

    done = subprocess.run([str(PYTHON), "-c", code], cwd=ROOT, capture_output=True, text=True,
                          check=False, timeout=280)  # fmt: skip

    assert done.returncode == 0, done.stderr
