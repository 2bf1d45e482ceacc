"""Describers by name.

Knows which methods there are, and nothing of how they work. A slug of networks that a shop tuned
(vision/networks.py) is its describer's with a digest behind it; it comes with their folder.
"""

from collections.abc import Callable
from pathlib import Path

from vision.hash_aligned import HashAligned
from vision.learned import SLUG as LEARNED
from vision.learned import Learned, Method
from vision.networks import Networks, family_of
from vision.seed6 import Seed6
from vision.shapes import Describer

_PRESETS: dict[str, Callable[[], Describer]] = {
    LEARNED: Learned,
    "hash-aligned": HashAligned,
    "seed6": Seed6,
}

#: The names a person may choose from, best first.
SLUGS: tuple[str, ...] = tuple(_PRESETS)
#: What is used when nobody chooses.
DEFAULT_SLUG = SLUGS[0]
#: Those whose networks a shop can tune.
TUNABLE = (LEARNED,)


def describer(slug: str, folder: Path | None = None) -> Describer:
    """The describer of this name.

    Args:
        slug: one of SLUGS, or of networks that a shop tuned.
        folder: where those lie.

    Raises:
        ValueError: there is none of this name, or its networks are not handed in.
    """
    if folder is not None and family_of(slug) in TUNABLE and slug not in SLUGS:
        return Learned(Method(slug=slug, networks=Networks(folder)))
    if slug not in _PRESETS:
        raise ValueError(f"no describer {slug!r}, there are {', '.join(SLUGS)}")
    return _PRESETS[slug]()
