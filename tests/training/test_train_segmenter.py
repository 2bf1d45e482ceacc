"""The whole way to a network, in small: render, train, go on, export."""

import json
import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from tests.training.commands import needs_training, run

pytestmark = [
    pytest.mark.slow,
    needs_training,
]


def test_a_toy_network_learns_goes_on_after_a_break_and_is_exported_unchanged(
    tmp_path: Path,
) -> None:
    shards, out = tmp_path / "shards", tmp_path / "run"
    run("training.render_dataset", "--out", shards, "--last", "1", "--photos", "60")

    first = run("training.train_segmenter", "toy", "--out", out, "--shards", shards,
                "--minutes", "0.15")  # fmt: skip
    (out / "last.pt").rename(tmp_path / "earlier.pt")
    shutil.copy(tmp_path / "earlier.pt", out / "last.pt")
    second = run("training.train_segmenter", "toy", "--out", out, "--shards", shards,
                 "--minutes", "0.3")  # fmt: skip
    run("training.export_onnx", "segmenter", out / "last.pt", tmp_path)
    third = run("training.train_segmenter", "toy", "--out", tmp_path / "anew", "--shards", shards,
                "--minutes", "0.05", "--begin-with", out / "last.pt")  # fmt: skip

    assert "going on from step" not in first
    assert "going on from step" in second
    assert "beginning with step" in third
    assert "going on from step" not in third
    about = json.loads((tmp_path / "segmenter.json").read_text())
    assert about["worst_difference_torch_onnx"] < 0.02
    assert len(about["data_sha256"]) == 64
    rendered = np.load(shards / "shard_0000.npy")
    assert print_minus_table(tmp_path / "segmenter.onnx", rendered) > 0.05
    both_ends_and_between = [
        exported_mean(tmp_path / "earlier.pt", out / "last.pt", share=share, folder=tmp_path)
        for share in (0, 0.5, 1)
    ]
    assert both_ends_and_between[2] == (tmp_path / "segmenter.onnx").read_bytes()
    assert len(set(both_ends_and_between)) == 3


def exported_mean(earlier: Path, later: Path, *, share: float, folder: Path) -> bytes:
    """The network that lies between two checkpoints."""
    goal = folder / f"mean_{share}"
    goal.mkdir()
    run("training.averaged", earlier, later, "--share", share, "--out", goal / "mean.pt")
    run("training.export_onnx", "segmenter", goal / "mean.pt", goal)
    return (goal / "segmenter.onnx").read_bytes()


def print_minus_table(network: Path, pictures: np.ndarray) -> float:
    """How much likelier a print's pixels are than its table's, mean over pictures with a print."""
    session = onnxruntime.InferenceSession(str(network), providers=["CPUExecutionProvider"])
    differences = []
    for picture in pictures:
        small = picture[::4, ::4][:64, :64]
        rgb = small[..., :3].astype(np.float32) / max(1, small[..., :3].max())
        fed = ((rgb - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).transpose(2, 0, 1)[None]
        guess = session.run(None, {"photo": fed.astype(np.float32)})[0][0, 0]
        truth = small[..., 3] > 127
        if truth.any() and not truth.all():
            differences.append(guess[truth].mean() - guess[~truth].mean())
    return float(np.mean(differences))
