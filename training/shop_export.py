"""Turn what learned on a shop's parts into the networks that the product opens.

    .venv-train/bin/python -m training.shop_export --folder DIR

Stage of training/shop_folder.py; as training/export_onnx.py does it, proof of parity included.
"""

import torch

from training.export_onnx import KINDS, ship
from training.shop_folder import ShopFolder, Turn, take_a_turn

#: Checkpoints of a folder by the kind of network; those that are not there were not tuned.
CHECKPOINTS = {"embedder": "run/last.pt", "verifier": "verifier_run/last.pt"}


def stage(folder: ShopFolder, turn: Turn) -> bool:
    """All at once: it takes seconds."""
    torch.set_num_threads(1)
    goal = folder.path / "networks"
    goal.mkdir(exist_ok=True)
    for done, (kind, place) in enumerate(CHECKPOINTS.items()):
        turn.tell(done, len(CHECKPOINTS))
        checkpoint = folder.path / place
        if checkpoint.exists():
            held = torch.load(checkpoint, weights_only=False)
            for shipped in KINDS[kind](held):
                ship(shipped, goal, held)
    turn.tell(len(CHECKPOINTS), len(CHECKPOINTS))
    return True


if __name__ == "__main__":
    take_a_turn(__doc__, stage)
