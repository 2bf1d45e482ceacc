"""Where a describer finds its networks: those that travel in the package, or a shop's own.

Knows files and names only: nothing of what a network does. A shop's own ones (docs/decisions/
0013-fine-tuning.md) lie in a folder, each with its SHA-256 beside it; a network that is not in the
folder is the shipped one. What such a folder makes of a describer has a slug of its own, the
describer's and eight digits of the networks' digest, because its signatures fit no other networks.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from vision.segmenter import checked, shipped

_DIGITS = 8
_TUNED = re.compile(rf"(?P<family>.+)-[0-9a-f]{{{_DIGITS}}}")


@dataclass(frozen=True, slots=True)
class Networks:
    """A folder of a shop's own networks; None: the shipped ones alone."""

    folder: Path | None = None

    def file(self, name: str) -> Traversable:
        """The file of a network, its digest compared.

        Raises:
            WeightsDamaged: it is not the one that was measured, or half of it or the whole folder
                is gone: a shipped network in its place would read signatures it did not make.
        """
        if self.folder is None or not self._is_own(name, folder=self.folder):
            return checked(name, folder=shipped())
        return checked(name, folder=self.folder)

    @staticmethod
    def _is_own(name: str, *, folder: Path) -> bool:
        beside = (folder / f"{name}.onnx", folder / f"{name}.sha256")
        return not folder.is_dir() or any(file.exists() for file in beside)


#: Those that travel in the package.
SHIPPED = Networks()


def slug_of(family: str, digests: Mapping[str, str]) -> str:
    """The slug of a describer with networks of these names and SHA-256s in place of the shipped."""
    told = "".join(f"{name} {digests[name]}\n" for name in sorted(digests))
    return f"{family}-{hashlib.sha256(told.encode()).hexdigest()[:_DIGITS]}"


def family_of(slug: str) -> str:
    """The describer that a slug's networks were tuned for; a shipped describer's slug as it is."""
    tuned = _TUNED.fullmatch(slug)
    return tuned["family"] if tuned else slug
