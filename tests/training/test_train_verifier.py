"""The whole way to the verifier, in small: what the search offers, training, export."""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from tests.training.commands import needs_training, run
from training.lists import CANDIDATES, read

pytestmark = [
    pytest.mark.slow,
    needs_training,
]


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lists of two toy shards, one of them held out."""
    pairs, goal = tmp_path_factory.mktemp("pairs"), tmp_path_factory.mktemp("lists")
    for folder, out, number in ((pairs, goal, 0), (pairs / "held_out", goal / "held_out", 7)):
        run("training.posed_photos", "--out", folder, "--first", number, "--last", number + 1,
            "--photos", 16)  # fmt: skip
        run("training.own_masks", "--pairs", folder, "--every", "1", python=sys.executable)
        run("training.candidate_lists", "--pairs", folder, "--out", out, "--photos", "8",
            "--among", "14", python=sys.executable)  # fmt: skip
    return goal


def test_lists_hold_what_the_search_offers_the_right_one_among_it(lists: Path) -> None:
    held = read(lists / "lists_0000.npz")

    assert len(held.photos) == 8
    assert (held.count == CANDIDATES).all()
    assert (held.right.sum(1) <= 1).all()
    assert held.right.any(1).sum() >= 6
    drawn = held.views[:, :, 4] > 0
    masks = held.photos[..., 3] > 127
    # each was laid on the photo's own outline
    overlap = (drawn[:, 0] & masks).sum((1, 2)) / (drawn[:, 0] | masks).sum((1, 2))
    assert np.median(overlap) > 0.7
    # normals are of length one where something is drawn
    length = np.linalg.norm(held.views[:, :, :3].astype(float) / 84, axis=2)[drawn]
    assert np.abs(length - 1).mean() < 0.05


def test_a_toy_verifier_learns_goes_on_after_a_break_and_is_exported_unchanged(
    lists: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"

    first = run("training.train_verifier", "toy", "--out", out, "--lists", lists,
                "--minutes", "0.1")  # fmt: skip
    second = run("training.train_verifier", "toy", "--out", out, "--lists", lists,
                 "--minutes", "0.3")  # fmt: skip
    run("training.export_onnx", "verifier", out / "last.pt", tmp_path)

    assert "going on from step" not in first
    assert "going on from step" in second
    about = json.loads((tmp_path / "verifier.json").read_text())
    assert about["worst_difference_torch_onnx"] < 0.02
    assert about["figures"]["step"] == about["step"] > 0
    assert 0 <= about["figures"]["first"] <= 1
    assert about["figures"]["photos"] > 0
    noise = np.random.default_rng(0).random((5, 5, 96, 96), np.float32)
    photo = np.random.default_rng(1).random((1, 4, 96, 96), np.float32)
    session = onnxruntime.InferenceSession(str(tmp_path / "verifier.onnx"))
    together = session.run(None, {"photo": photo, "views": noise})[0]
    alone = [session.run(None, {"photo": photo, "views": noise[n : n + 1]})[0] for n in range(5)]
    assert together == pytest.approx(np.concatenate(alone), abs=1e-3)
