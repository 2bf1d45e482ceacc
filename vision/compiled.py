"""Compile the few loops that numpy cannot say.

Knows numba alone: no mesh, no photo.
The machine code is kept beside the package or in the user's cache folder (NUMBA_CACHE_DIR moves
it); where neither can be written, numba refuses to cache and the function is compiled anew in
each process, which costs seconds and nothing else (numba/numba#9668).
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function as machine code that lets go of the GIL; floats may be reordered, not NaN."""
    try:
        fast: Callable[P, R] = numba.njit(cache=True, nogil=True, fastmath=True)(function)
    except RuntimeError:  # no folder to cache in
        fast = numba.njit(nogil=True, fastmath=True)(function)
    return fast
