"""The whole way to a shop's own networks, in small, by the commands that a worker starts."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from samples import catalogue
from tests.training.commands import PYTHON, ROOT, needs_training
from training.lists import VIEW_STEPS, Lists, read
from training.shop_folder import HELD_OUT_FROM, MORE, SIZES, Size
from training.shop_photos import PHOTOS_A_SHARD, wanted_shards
from vision.embedder_input import photo_input
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
@pytest.mark.timeout(900)  # ten processes that import much: a minute and a half of a core
@needs_training
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
    lists = read(tmp_path / "lists" / "lists_0000.npz")
    assert len(lists.photos) == SIZES["toy"].listed_photos == 4
    assert {path.stem for path in (tmp_path / "networks").glob("*.onnx")} == {
        "embedder_photo", "embedder_view", "verifier",
    }  # fmt: skip
    _are_towers_beside_the_shipped(tmp_path / "networks")
    _is_a_verifier_beside_the_shipped(tmp_path / "networks", lists)


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


def _is_a_verifier_beside_the_shipped(networks: Path, lists: Lists) -> None:
    """As above, asked what it learned from."""
    ours, theirs = (
        np.concatenate([_odds(onnxruntime.InferenceSession(str(path)), lists, n) for n in range(4)])
        for path in (networks / "verifier.onnx", ROOT / "vision" / "weights" / "verifier.onnx")
    )
    assert not np.array_equal(ours, theirs)
    assert np.corrcoef(ours, theirs)[0, 1] > 0.9
    assert np.abs(ours - theirs).mean() < 2.0


def _odds(session: onnxruntime.InferenceSession, lists: Lists, number: int) -> NDArray[np.float32]:
    crop, count = lists.photos[number], lists.count[number]
    photo = photo_input(crop[..., :3], crop[..., 3] / np.float32(255))
    views = lists.views[number, :count] / np.float32(VIEW_STEPS)
    odds: NDArray[np.float32] = session.run(None, {"photo": photo[None], "views": views})[0]
    return odds


#: Opens what was kept and asks it as the product asks the shipped file.
_KEPT = """
import sys
import torch
from training import export_onnx
from training.kept_state import FOLDER, read
torch.set_num_threads(1)
kept = read(FOLDER / f"{sys.argv[1]}.npz")
for shipped in export_onnx.KINDS[sys.argv[1]]({"mean": kept.state, "config": kept.sizes}):
    goal = FOLDER.parents[1] / "vision" / "weights" / f"{shipped.name}.onnx"
    print(shipped.name, export_onnx.worst_difference(shipped, goal))
"""


@pytest.mark.slow
@needs_training
@pytest.mark.parametrize(
    ("kind", "files"),
    [("embedder", ["embedder_photo", "embedder_view"]), ("verifier", ["verifier"])],
)
def test_learning_goes_on_from_what_is_shipped(kind: str, files: list[str]) -> None:
    told = subprocess.run([str(PYTHON), "-c", _KEPT, kind], cwd=ROOT, capture_output=True,
                          text=True, check=True, timeout=280).stdout  # fmt: skip

    differences = {name: float(number) for name, number in re.findall(r"(\w+) (\S+)", told)}
    assert sorted(differences) == files
    assert max(differences.values()) < 0.01


@pytest.mark.slow
@needs_training
def test_a_state_that_is_not_the_kept_one_is_refused(tmp_path: Path) -> None:
    kept = ROOT / "training" / "weights" / "verifier.npz"
    (tmp_path / "verifier.npz").write_bytes(kept.read_bytes()[:-1])
    (tmp_path / "verifier.sha256").write_bytes(kept.with_suffix(".sha256").read_bytes())
    code = "import sys; from pathlib import Path; from training.kept_state import read\n"
    words = [str(PYTHON), "-c", f"{code}read(Path(sys.argv[1]))", str(tmp_path / "verifier.npz")]

    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=280)

    assert done.returncode != 0
    assert "is damaged" in done.stderr
