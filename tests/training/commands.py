"""Run a training command as a person would, in its own environment."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-train" / "bin" / "python"
#: `make test` sets it up; who has not may still run the rest.
needs_training = pytest.mark.skipif(
    not PYTHON.exists(), reason="no .venv-train: run `make setup-train`"
)


def run(module: str, *args: str | float | Path, python: str | Path = PYTHON) -> str:
    """Its log; an error where it fails."""
    told = subprocess.run(
        [python, "-m", module, *map(str, args)],
        cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True,
        check=True, timeout=280,
    )  # fmt: skip
    return told.stderr
