"""Networks as training would make them, without the training: the shipped ones, hardly moved."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from catalog.tables import Job, TuningState
from catalog.tunings import NetworkFile, begin_tuning, keep_networks, settle_tuning
from vision.calibration import calibration_of
from vision.networks import slug_of
from vision.segmenter import shipped
from workers.own_networks import OwnNetworks
from workers.shop import Shop
from workers.tuning_verdict import judged

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
        digests[name] = sha256(content).hexdigest()
        (folder / f"{name}.onnx").write_bytes(content)
        (folder / f"{name}.sha256").write_text(digests[name] + "\n", encoding="ascii")
    return slug_of("learned", digests)


def keep_tuned(shop: Shop, *, by: int = 1) -> str:
    """The same as a run of fine-tuning would have kept them; their slug."""
    files = {}
    for name in TOWERS:
        content = moved_a_little(name, by=by)
        files[name] = NetworkFile(key=shop.files.keep(content), sha256=sha256(content).hexdigest())
    slug = slug_of("learned", {name: file.sha256 for name, file in files.items()})
    with shop.database.transaction() as session:
        begun = begin_tuning(session, "learned", config="toy", now=shop.clock())
        keep_networks(session, begun.tuning_id, slug=slug, files=files)
        figures = judged([]).figures()
        settle_tuning(
            session, begun.tuning_id, TuningState.BETTER, now=shop.clock(), figures=figures
        )
        session.delete(session.get_one(Job, begun.job_id))
    return slug


def tunable(shop: Shop, folder: Path) -> Shop:
    """The shop with the describer `learned`, whose networks can be its own."""
    own = OwnNetworks(shop.database, shop.files, folder / "networks", family="learned")
    recognition = replace(
        shop.recognition,
        describer=own.opened("learned").describer,
        calibration=calibration_of("learned"),
        slugs=("learned",),
    )
    return replace(shop, recognition=recognition, index=own.opened("learned").index, own=own)
