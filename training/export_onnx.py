"""Turn a checkpoint into the files that `vision` ships, and prove that both say the same.

    .venv-train/bin/python -m training.export_onnx segmenter DIR/last.pt vision/weights
    .venv-train/bin/python -m training.export_onnx embedder DIR/last.pt vision/weights
    .venv-train/bin/python -m training.export_onnx verifier DIR/last.pt vision/weights

The running mean of the weights is exported, batch norms folded in, large weights stored as float16
and widened when the file is opened (half the bytes; the parity check below is on the result).
Beside the file come its SHA-256 and a JSON with what it was made of.
"""

import argparse
import hashlib
import json
import logging
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from training.embedder_network import (
    PHOTO_CHANNELS,
    VIEW_CHANNELS,
    Embedder,
    PhotoTower,
    ViewTower,
    Widths,
)
from training.segmenter_network import Exported, Segmenter
from training.verifier_network import Depths, Judge, Verifier
from training.whole_files import named
from vision.embedder_input import EMBEDDED_PX

log = logging.getLogger("export_onnx")

#: Largest difference in any number of torch's and ONNX's answers that is let through; all of them
#: are probabilities or lengths of at most one.
PARITY_LIMIT = 0.02

#: A verifier's log-odds rarely go beyond this.
ODDS_REACH = 10.0

#: Axes whose length is open: any multiple of 32 px.
SIDES = {2: "height", 3: "width"}

#: Weights with fewer numbers than this stay float32.
SMALL = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """One file to be written.

    Attributes:
        name: of the file, without its suffix.
        network: ready to answer.
        inputs: names and shapes (N, C, S, S) of what it takes.
        outputs: the names of what it gives.
        open_axes: by inputs' and outputs' names, which axes may have any length.
        reach: how large its numbers may be; a difference is told as a share of it.
    """

    name: str
    network: nn.Module
    inputs: dict[str, tuple[int, int, int, int]]
    outputs: tuple[str, ...]
    open_axes: dict[str, dict[int, str]]
    reach: float = 1.0


def shipped_segmenter(held: dict[str, Any]) -> list[Shipped]:
    """The segmenter with its running mean; any side that is a multiple of 32 px."""
    segmenter = Segmenter(tuple(held["config"]["widths"]))
    segmenter.load_state_dict(held["mean"])
    side_px = held["config"]["validation_side_px"]
    return [
        Shipped(
            name="segmenter", network=Exported(segmenter).eval(),
            inputs={"photo": (1, 3, side_px, side_px)}, outputs=("probability",),
            open_axes={"photo": SIDES, "probability": SIDES},
        )
    ]  # fmt: skip


def shipped_embedder(held: dict[str, Any]) -> list[Shipped]:
    """Both towers; any number of pictures."""
    embedder = Embedder(Widths(**held["config"]["widths"]))
    embedder.load_state_dict(held["mean"])
    names = ("pictures", "whole", "places")
    return [
        Shipped(
            name=name, network=tower.eval(),
            inputs={names[0]: (1, channels, EMBEDDED_PX, EMBEDDED_PX)}, outputs=names[1:],
            open_axes={key: {0: "count"} for key in names},
        )
        for name, tower, channels in (
            ("embedder_photo", PhotoTower(embedder), PHOTO_CHANNELS),
            ("embedder_view", ViewTower(embedder), VIEW_CHANNELS),
        )
    ]  # fmt: skip


def shipped_verifier(held: dict[str, Any]) -> list[Shipped]:
    """The verifier; one photo and any number of drawings."""
    config = held["config"]
    verifier = Verifier(Depths(**config["depths"]), Widths(**config["stems"]))
    verifier.load_state_dict(held["mean"])
    side = (EMBEDDED_PX, EMBEDDED_PX)
    return [
        Shipped(
            name="verifier", network=Judge(verifier).eval(),
            inputs={"photo": (1, PHOTO_CHANNELS, *side), "views": (3, VIEW_CHANNELS, *side)},
            outputs=("odds",), open_axes={"views": {0: "count"}, "odds": {0: "count"}},
            reach=ODDS_REACH,
        )
    ]  # fmt: skip


KINDS = {
    "segmenter": shipped_segmenter,
    "embedder": shipped_embedder,
    "verifier": shipped_verifier,
}


def export(shipped: Shipped, goal: Path) -> None:
    """Write the network as ONNX, weights halved."""
    examples = tuple(torch.zeros(shape) for shape in shipped.inputs.values())
    with warnings.catch_warnings():  # torch 2.13 says each time that this exporter is old
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            shipped.network, examples, str(goal), opset_version=17, dynamo=False,
            input_names=list(shipped.inputs), output_names=list(shipped.outputs),
            dynamic_axes=shipped.open_axes,
        )  # fmt: skip
    model = onnx.load(str(goal))
    halve_weights(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(goal))


def halve_weights(model: onnx.ModelProto) -> None:
    """Keep large weights as float16, each with a Cast that the runtime folds away on opening."""
    kept, casts = [], []
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if weight.data_type != TensorProto.FLOAT or values.size < SMALL:
            kept.append(weight)
            continue
        half = f"{weight.name}.half"
        kept.append(numpy_helper.from_array(values.astype(np.float16), half))
        casts.append(helper.make_node("Cast", [half], [weight.name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend(nodes)


def worst_difference(shipped: Shipped, goal: Path) -> float:
    """Largest difference in any number between both answers, over a few pictures of noise.

    As a share of how large these numbers may be.
    """
    session = onnxruntime.InferenceSession(str(goal), providers=["CPUExecutionProvider"])
    worst = 0.0
    for seed in range(4):
        asked = {name: smooth_noise(shape, seed) for name, shape in shipped.inputs.items()}
        with torch.no_grad():
            ours = shipped.network(*(torch.from_numpy(each) for each in asked.values()))
        ours = ours if isinstance(ours, tuple) else (ours,)
        theirs = session.run(None, asked)
        for mine, its in zip(ours, theirs, strict=True):
            worst = max(worst, float(np.abs(mine.numpy() - its).max()) / shipped.reach)
    return worst


def smooth_noise(shape: tuple[int, int, int, int], seed: int) -> NDArray[np.float32]:
    """Photos-like input (N, C, S, S): coarse random colours, enlarged."""
    count, channels, *side = shape
    coarse = torch.randn(count, channels, 10, 10, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.interpolate(coarse, tuple(side), mode="bicubic").numpy()


def write_about(goal: Path, held: dict[str, Any], difference: float) -> None:
    """The file's digest and where it came from, beside it."""
    digest = hashlib.sha256(goal.read_bytes()).hexdigest()
    goal.with_suffix(".sha256").write_text(digest + "\n", encoding="ascii")
    about = {
        "sha256": digest, "bytes": goal.stat().st_size, "step": held["step"],
        "learned_s": round(held["learned_s"]), "config": held["config"], "seed": held["seed"],
        "data_sha256": held["data_sha256"], "commit": held["commit"],
        "figures": held["history"][-1] if held["history"] else {},
        "worst_difference_torch_onnx": round(difference, 5),
    }  # fmt: skip
    goal.with_suffix(".json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


def ship(shipped: Shipped, folder: Path, held: dict[str, Any]) -> None:
    """Export, compare, and refuse to leave a file that differs."""
    goal = folder / f"{shipped.name}.onnx"
    fresh = goal.with_suffix(".fresh.onnx")
    export(shipped, fresh)
    difference = worst_difference(shipped, fresh)
    if difference > PARITY_LIMIT:
        fresh.unlink()
        raise SystemExit(f"torch and ONNX differ by {difference:.4f}, limit {PARITY_LIMIT}")
    named(fresh, goal)
    write_about(goal, held, difference)
    log.info("%s: %d bytes, differs by %.5f", goal, goal.stat().st_size, difference)


def main() -> None:
    """Write one kind's files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    held = torch.load(args.checkpoint, weights_only=False)
    for shipped in KINDS[args.kind](held):
        ship(shipped, args.folder, held)


if __name__ == "__main__":
    main()
