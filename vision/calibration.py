"""What each describer's scores are worth, as measured.

Knows slugs and numbers only. Fitted by `benchmarks/ablation.py`, which prints these lines.
"""

from vision.decide import Calibration

_MEASURED: dict[str, Calibration] = {
    "hash-aligned": Calibration(
        temperature=1.29, none_score=13.3, lapse=0.14, accept_at=0.55, give_up_at=0.85
    ),
    "seed6": Calibration(
        temperature=0.024, none_score=0.864, lapse=0.06, accept_at=0.6, give_up_at=0.9
    ),
}


def calibration_of(slug: str) -> Calibration:
    """The calibration of a describer.

    Raises:
        ValueError: none was measured for this name.
    """
    if slug not in _MEASURED:
        raise ValueError(f"no calibration for {slug!r}")
    return _MEASURED[slug]
