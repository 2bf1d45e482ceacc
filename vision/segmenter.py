"""Networks that say which pixels are a print: ours, or one of rembg's public ones.

Knows pixels only. Photos are (H, W, 3) uint8 RGB, answers (H, W) float32 in 0..1 of the same size.
Ours travels in the package and is checked against its SHA-256; nothing is downloaded unless a
public model is asked for by name. Models that send pictures elsewhere are refused.
Why rembg, and why without its matting: docs/decisions/0004-segmenter.md
"""

import hashlib
import importlib
import sys
import threading
from importlib import resources
from importlib.resources.abc import Traversable
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from PIL import Image

from vision.errors import WeightsDamaged
from vision.shapes import Mask, RgbImage

if TYPE_CHECKING:
    import onnxruntime

#: The name of our own network, among rembg's names of public ones.
OURS = "whoseprint"

#: Side of the square every photo is squeezed into: the one the network learned at last. Early on it
#: had learned at 192 px alone and lost a tenth of its overlap when asked at 320.
SIDE_PX = 256

#: Stand for digests where there is nothing to digest.
UNKNOWN, GONE = "of the measured file", "of no file: it is gone"

#: ImageNet's mean and deviation per channel, of photos divided by their own maximum.
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

#: rembg.bg imports these for a matting that is never asked for here; importing them compiles for
#: 43 CPU seconds on a fresh machine, takes 130 MB, and fails where numba's cache is not writable.
MATTING = {
    "pymatting": (),
    "pymatting.alpha": (),
    "pymatting.alpha.estimate_alpha_cf": ("estimate_alpha_cf",),
    "pymatting.foreground": (),
    "pymatting.foreground.estimate_foreground_ml": ("estimate_foreground_ml",),
    "pymatting.util": (),
    "pymatting.util.util": ("stack_images",),
}


class UnfitModel(ValueError):
    """A model's name that rembg does not know, or one that sends pictures away."""


class Network(Protocol):
    """What is behind a Segmenter once it is open."""

    def probabilities(self, picture: Image.Image) -> Mask:
        """(h, w) float32 in 0..1, of any size, whole picture."""
        ...


class PixelJudge(Protocol):
    """Whatever tells prints from tables; a Segmenter, or something simpler in tests."""

    def probabilities(self, photo: RgbImage) -> Mask:
        """(H, W) float32 in 0..1: how likely each pixel of the photo is the print."""
        ...


class Segmenter:
    """Opens its network at the first photo; safe to share between threads."""

    def __init__(self, model: str = OURS, *, threads: int = 1) -> None:
        self.model, self.threads = model, threads
        self._opening = threading.Lock()
        self._network: Network | None = None

    def probabilities(self, photo: RgbImage) -> Mask:
        """How likely each pixel of the photo is the print, raw: a photo without one stays low."""
        small = self.network().probabilities(Image.fromarray(photo))
        size = (photo.shape[1], photo.shape[0])
        stretched = Image.fromarray(small).resize(size, Image.Resampling.BILINEAR)
        return np.asarray(stretched, dtype=np.float32)

    def network(self) -> Network:
        """The open network; opening takes about two seconds, once.

        Raises:
            WeightsDamaged: our file is not the one that was measured.
            UnfitModel: no such public model, or one that sends pictures away.
        """
        with self._opening:
            if self._network is None:
                self._network = open_network(self.model, threads=self.threads)
            return self._network


def open_network(model: str, *, threads: int) -> Network:
    """Ours from the package, any other by rembg's name for it."""
    rembg = import_rembg()
    import onnxruntime  # noqa: PLC0415 - half a second, only when a photo comes

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    if model == OURS:
        return our_network(rembg, options)
    return PublicNetwork(rembg, model, options)


def import_rembg() -> ModuleType:
    """The rembg package, its matting left out unless somebody has loaded that already."""
    missing = {name: attrs for name, attrs in MATTING.items() if name not in sys.modules}
    if "rembg" in sys.modules:
        missing = {}
    for name, attributes in missing.items():
        module = ModuleType(name)
        module.__path__ = []
        for attribute in attributes:
            setattr(module, attribute, refused)
        sys.modules[name] = module
    try:
        importlib.import_module("rembg.sessions")
    finally:
        for name in missing:
            sys.modules.pop(name, None)
    return sys.modules["rembg"]


def refused(*_: object, **__: object) -> None:
    """Stands where matting was."""
    raise NotImplementedError("matting is left out of this process, see vision/segmenter.py")


def checked(name: str, *, folder: Traversable) -> Traversable:
    """A file NAME.onnx of the folder, after its SHA-256 was compared with NAME.sha256.

    Raises:
        WeightsDamaged: the file is not the one that was measured.
    """
    file = folder / f"{name}.onnx"
    try:
        expected = (folder / f"{name}.sha256").read_text(encoding="ascii").strip()
        actual = hashlib.sha256(file.read_bytes()).hexdigest()
    except FileNotFoundError as gone:
        raise WeightsDamaged(file.name, UNKNOWN, GONE) from gone
    if actual != expected:
        raise WeightsDamaged(file.name, expected, actual)
    return file


def shipped() -> Traversable:
    """Where the package keeps its networks."""
    return resources.files("vision") / "weights"


def our_network(rembg: ModuleType, options: "onnxruntime.SessionOptions") -> Network:
    """A session of rembg's kind around our own file."""

    class PrintSession(rembg.sessions.base.BaseSession):  # type: ignore[misc, name-defined]
        """rembg's preparation of photos, our weights, and the answer as it comes out.

        Squeezed as while it learned: rembg's own Lanczos takes three times as long, and the network
        is no better for it (mean overlap 0.815 against 0.823, 94 real photos, 22 Nov 2026).
        """

        def probabilities(self, picture: Image.Image) -> Mask:
            small = picture.resize((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR)
            fed = self.normalize(small, MEAN, DEVIATION, small.size)
            answer: Mask = self.inner_session.run(None, fed)[0][0, 0]
            return answer

        def predict(self, img: Image.Image, *_: Any, **__: Any) -> list[Image.Image]:  # noqa: ANN401 - rembg's own signature
            grey = Image.fromarray((self.probabilities(img) * 255).astype(np.uint8))
            return [grey.resize(img.size, Image.Resampling.BILINEAR)]

        @classmethod
        def download_models(cls, *_: Any, **__: Any) -> str:  # noqa: ANN401 - rembg's own signature
            with resources.as_file(checked("segmenter", folder=shipped())) as path:
                return str(path)

        @classmethod
        def name(cls, *_: Any, **__: Any) -> str:  # noqa: ANN401 - rembg's own signature
            return OURS

    session: Network = PrintSession(OURS, options)
    return session


class PublicNetwork:
    """One of rembg's own models; its file is fetched by rembg when it is not there yet.

    rembg stretches these answers to 0..1, so an empty photo may look full: photos are still judged
    by the shape of the answer, which is less than our own network gives.
    """

    def __init__(
        self, rembg: ModuleType, model: str, options: "onnxruntime.SessionOptions"
    ) -> None:
        kinds = {kind.name(): kind for kind in rembg.sessions.sessions_class}
        if model not in kinds:
            raise UnfitModel(f"rembg has no model {model!r}; it has {', '.join(sorted(kinds))}")
        if not kinds[model].is_local():
            raise UnfitModel(f"{model} sends pictures to other people's machines")
        self._session = kinds[model](model, options)

    def probabilities(self, picture: Image.Image) -> Mask:
        """Rembg's first mask."""
        grey = self._session.predict(picture)[0].convert("L")
        return np.asarray(grey, dtype=np.float32) / np.float32(255)
