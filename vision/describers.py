"""Describers by name.

Knows which methods there are, and nothing of how they work.
"""

from collections.abc import Callable

from vision.hash_aligned import HashAligned
from vision.learned import Learned
from vision.seed6 import Seed6
from vision.shapes import Describer

_PRESETS: dict[str, Callable[[], Describer]] = {
    "learned": Learned,
    "hash-aligned": HashAligned,
    "seed6": Seed6,
}

#: The names a person may choose from, best first.
SLUGS: tuple[str, ...] = tuple(_PRESETS)
#: What is used when nobody chooses.
DEFAULT_SLUG = SLUGS[0]


def describer(slug: str) -> Describer:
    """The describer of this name.

    Raises:
        ValueError: there is none of this name.
    """
    if slug not in _PRESETS:
        raise ValueError(f"no describer {slug!r}, there are {', '.join(SLUGS)}")
    return _PRESETS[slug]()
