"""Turn a checkpoint into the file that `vision` ships, and prove that both say the same.

    .venv-train/bin/python -m training.export_onnx DIR/last.pt vision/weights/segmenter.onnx

The running mean of the weights is exported, batch norms folded in, large weights stored as float16
and widened when the file is opened (half the bytes; the parity check below is on the result).
Beside the file come its SHA-256 and a JSON with what it was made of.
"""

import argparse
import hashlib
import json
import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.segmenter_network import Exported, Segmenter

log = logging.getLogger("export_onnx")

#: Largest difference in probability between torch's and ONNX's answer that is let through.
PARITY_LIMIT = 0.02

#: Axes whose length is open: any multiple of 32 px.
SIDES = {2: "height", 3: "width"}

#: Weights with fewer numbers than this stay float32.
SMALL = 512


def load(checkpoint: Path) -> tuple[Exported, dict[str, Any]]:
    """The network with its running mean, ready to answer, and the checkpoint it came from."""
    held = torch.load(checkpoint, weights_only=False)
    segmenter = Segmenter(tuple(held["config"]["widths"]))
    segmenter.load_state_dict(held["mean"])
    return Exported(segmenter).eval(), held


def export(network: Exported, goal: Path, *, side_px: int) -> None:
    """Write the network as ONNX, weights halved."""
    example = torch.zeros(1, 3, side_px, side_px)
    with warnings.catch_warnings():  # torch 2.13 says each time that this exporter is old
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            network, (example,), str(goal), opset_version=17, dynamo=False,
            input_names=["photo"], output_names=["probability"],
            dynamic_axes={"photo": SIDES, "probability": SIDES},
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


def worst_difference(network: Exported, goal: Path, photos: NDArray[np.float32]) -> float:
    """Largest difference in probability over all pixels of (N, 3, S, S) normalised photos."""
    session = onnxruntime.InferenceSession(str(goal), providers=["CPUExecutionProvider"])
    worst = 0.0
    for photo in photos:
        with torch.no_grad():
            ours = network(torch.from_numpy(photo[None])).numpy()
        theirs = session.run(None, {"photo": photo[None]})[0]
        worst = max(worst, float(np.abs(ours - theirs).max()))
    return worst


def smooth_noise(count: int, side_px: int) -> NDArray[np.float32]:
    """Photos-like input: coarse random colours, enlarged."""
    coarse = torch.randn(count, 3, 10, 10, generator=torch.Generator().manual_seed(0))
    return torch.nn.functional.interpolate(coarse, (side_px, side_px), mode="bicubic").numpy()


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


def main() -> None:
    """Export, compare, and refuse to leave a file that differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("goal", type=Path)
    parser.add_argument("--side-px", type=int, default=256)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    network, held = load(args.checkpoint)
    fresh = args.goal.with_suffix(".fresh.onnx")
    export(network, fresh, side_px=args.side_px)
    difference = worst_difference(network, fresh, smooth_noise(4, args.side_px))
    if difference > PARITY_LIMIT:
        fresh.unlink()
        raise SystemExit(f"torch and ONNX differ by {difference:.4f}, limit {PARITY_LIMIT}")
    fresh.rename(args.goal)
    write_about(args.goal, held, difference)
    log.info("%s: %d bytes, differs by %.5f", args.goal, args.goal.stat().st_size, difference)


if __name__ == "__main__":
    main()
