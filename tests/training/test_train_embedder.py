"""The whole way to the two towers, in small: photos with poses, pairs, training, export."""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from tests.training.commands import needs_training, run
from training.own_masks import read

pytestmark = [
    pytest.mark.slow,
    needs_training,
]

#: Photos of a toy shard.
PHOTOS = 60


def test_toy_towers_learn_go_on_after_a_break_and_are_exported_unchanged(tmp_path: Path) -> None:
    pairs, out = tmp_path / "pairs", tmp_path / "run"
    run("training.posed_photos", "--out", pairs, "--last", "1", "--photos", PHOTOS)
    run("training.posed_photos", "--out", pairs / "held_out", "--first", "7", "--last", "8",
        "--photos", 40)  # fmt: skip
    run("training.own_masks", "--pairs", pairs, "--every", "4", python=sys.executable)

    first = run("training.train_embedder", "toy", "--out", out, "--pairs", pairs,
                "--minutes", "0.2")  # fmt: skip
    second = run("training.train_embedder", "toy", "--out", out, "--pairs", pairs,
                 "--minutes", "0.4")  # fmt: skip
    run("training.export_onnx", "embedder", out / "last.pt", tmp_path)

    assert "going on from step" not in first
    assert "going on from step" in second
    for name, channels in (("embedder_photo", 4), ("embedder_view", 5)):
        about = json.loads((tmp_path / f"{name}.json").read_text())
        assert about["worst_difference_torch_onnx"] < 0.02
        assert len(about["data_sha256"]) == 64
        assert about["figures"]["step"] == about["step"] > 0
        whole, places = answers(tmp_path / f"{name}.onnx", channels)
        assert np.linalg.norm(whole, axis=1) == pytest.approx(np.ones(3), abs=1e-3)
        assert np.linalg.norm(places, axis=1) == pytest.approx(np.ones(3), abs=1e-3)


def test_the_products_own_cut_outs_of_posed_photos_show_their_prints(tmp_path: Path) -> None:
    run("training.posed_photos", "--out", tmp_path, "--last", "1", "--photos", 40)

    run("training.own_masks", "--pairs", tmp_path, "--every", "2", python=sys.executable)

    own = read(tmp_path / "posed_0000.npy")
    assert own is not None
    truth = np.load(tmp_path / "posed_0000.npy")[..., 3] > 127
    overlaps = [
        (mask & truth[n]).sum() / (mask | truth[n]).sum()
        for n in range(len(truth))
        for _, mask in own.of(n)
    ]
    assert len(overlaps) == len(own.photo) > 10
    assert min(overlaps) >= 0.3
    assert np.median(overlaps) > 0.6
    assert set(own.photo.tolist()) <= set(range(0, 40, 2))


def test_a_posed_photo_shows_its_part_where_its_pose_says(tmp_path: Path) -> None:
    run("training.posed_photos", "--out", tmp_path, "--last", "1", "--photos", PHOTOS)

    pictures = np.load(tmp_path / "posed_0000.npy")
    with np.load(tmp_path / "posed_0000.npz") as held:
        inside = [
            share_inside(
                picture[..., 3] > 127,
                held[f"vertices_{held['part'][n]}"] @ held["rotation"][n].T
                + held["translation_mm"][n],
                held["focal_px"][n],
            )
            for n, picture in enumerate(pictures)
        ]

    # corners of a part lie on its print, but for what a finger or another print hides
    assert np.median(inside) > 0.95


def share_inside(mask: np.ndarray, corners_mm: np.ndarray, focal_px: float) -> float:
    """Of the corners that fall into the picture, how many fall on the print or beside it."""
    side = len(mask)
    at = corners_mm[:, :2] / corners_mm[:, 2:] * focal_px + side / 2
    columns, rows = at.T.astype(int)
    seen = (columns >= 2) & (columns < side - 2) & (rows >= 2) & (rows < side - 2)
    near = np.zeros_like(mask)
    for down in (-2, 0, 2):
        for aside in (-2, 0, 2):
            near |= np.roll(mask, (down, aside), (0, 1))
    return float(near[rows[seen], columns[seen]].mean()) if seen.any() else 1.0


def answers(network: Path, channels: int) -> list[np.ndarray]:
    """What a tower says of three pictures of noise."""
    session = onnxruntime.InferenceSession(str(network), providers=["CPUExecutionProvider"])
    noise = np.random.default_rng(0).random((3, channels, 96, 96), np.float32)
    told: list[np.ndarray] = session.run(None, {"pictures": noise})
    return told
