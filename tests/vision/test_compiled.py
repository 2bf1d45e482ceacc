"""Machine code with and without a place to keep it."""

import numpy as np
import pytest

from vision.compiled import compiled


def doubled(values: np.ndarray) -> float:
    total = 0.0
    for value in values:
        total += 2 * value
    return total


def test_a_compiled_function_gives_what_the_plain_one_gives() -> None:
    values = np.arange(5.0)

    assert compiled(doubled)(values) == doubled(values) == 20


def test_a_function_whose_code_cannot_be_kept_is_compiled_all_the_same() -> None:
    import numba  # noqa: PLC0415  seconds, only here

    names: dict[str, object] = {}
    exec("def tripled(x):\n    return 3 * x\n", names)  # noqa: S102  numba finds no file to cache beside
    with pytest.raises(RuntimeError, match="locator"):
        numba.njit(cache=True)(names["tripled"])

    assert compiled(names["tripled"])(7) == 21  # type: ignore[arg-type, call-arg]
