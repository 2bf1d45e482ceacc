"""Turn the words of a text format into numbers, decimal commas forgiven."""

import numpy as np
from numpy.typing import NDArray

from catalog.meshes.shapes import Finding, FindingKind
from catalog.unreadable import Trouble, Unreadable

_SHOWN_CHARACTERS = 30


def numbers_from(words: list[bytes], file: str) -> tuple[NDArray[np.float64], tuple[Finding, ...]]:
    """Read words as numbers, and say so if they were written with commas.

    Raises:
        Unreadable: a word is no number.
    """
    try:
        return np.array([float(word) for word in words], dtype=np.float64), ()
    except ValueError:
        pass
    try:
        pointed = [float(word.replace(b",", b".")) for word in words]
    except ValueError as wrong:
        raise _no_number(wrong, file) from None
    return np.array(pointed, dtype=np.float64), (Finding(kind=FindingKind.DECIMAL_COMMAS),)


def _no_number(wrong: ValueError, file: str) -> Unreadable:
    shown = str(wrong).rpartition("b'")[2].rstrip("'")[:_SHOWN_CHARACTERS]
    return Unreadable(Trouble.MESH_DAMAGED, file=file, detail=f'"{shown}" is no number')
