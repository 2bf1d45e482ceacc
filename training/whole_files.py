"""Give a written file its name only when it lies on the disk.

Training is killed, and the power goes: a name must never outlive the bytes it stands for, or the
next turn would go on from an empty checkpoint. The product does it in catalog/files.py, which needs
more than a Python with PyTorch has.
"""

import os
from pathlib import Path


def named(partial: Path, goal: Path, *beside: Path) -> None:
    """Rename a file that was written to the end; beside: what its being there vouches for."""
    for path in (*beside, partial):
        _settle(path)
    partial.replace(goal)
    _settle(goal.parent)


def _settle(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
