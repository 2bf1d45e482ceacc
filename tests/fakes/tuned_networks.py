"""Networks as training would make them, without the training: the shipped ones, hardly moved."""

import hashlib
from pathlib import Path

import numpy as np

from vision.networks import slug_of
from vision.segmenter import shipped

#: In an ONNX file: here begin the 2 x 128 x 128 x 3 x 3 bytes of a convolution's weights.
WEIGHTS = b"\x4a\x80\x80\x12"
TOWERS = ("embedder_photo", "embedder_view")


def moved_a_little(name: str, *, by: int = 1) -> bytes:
    """A shipped network, some last bits of one convolution's weights flipped; `by` says which."""
    content = (shipped() / f"{name}.onnx").read_bytes()
    start = content.index(WEIGHTS) + len(WEIGHTS)
    numbers = np.frombuffer(content, np.uint8).copy()
    numbers[start : start + 2 * 128 * 128 * 9 : 2] ^= by
    return numbers.tobytes()


def tuned_folder(folder: Path, *, by: int = 1) -> str:
    """Such networks in a folder as a describer takes it; the slug they give."""
    folder.mkdir(parents=True, exist_ok=True)
    digests = {}
    for name in TOWERS:
        content = moved_a_little(name, by=by)
        digests[name] = hashlib.sha256(content).hexdigest()
        (folder / f"{name}.onnx").write_bytes(content)
        (folder / f"{name}.sha256").write_text(digests[name] + "\n", encoding="ascii")
    return slug_of("learned", digests)
