"""What each describer's scores are worth, as measured.

Knows slugs and numbers only. Those of `learned` are printed by `benchmarks/calibrating.py`, the
others' by `benchmarks/ablation.py`.
"""

from vision.decide import Calibration
from vision.networks import family_of

#: `learned`: by greatest likelihood on the 606 real and traced photos in which our cut-out finds
#: something, pieces settled as the product does, 21 Nov 2026. Fitted on other parts than they are
#: judged on: 314 of 606 at or above 0.9, 3 of these wrong. At 0.8 for "none of these" nobody is
#: named for 6 of 100 real photos (3 of 307 had the right part first), for 14 of 100 whose part was
#: taken from the catalogue. Sets by its border hold the right one for 96 of 100 unsure answers.
#: `hash-aligned`: temperature, none_score and lapse by `benchmarks/ablation.py` on the 307 real
#: photos with given masks, 21 Nov 2026; accept_at on the same photos with our own cut-outs, whose
#: masks are worse: with this border 3 of 68 accepted were wrong.
#: `seed6`: the same benchmark; of 307 photos it accepts 4, so its border is rounded up.
_MEASURED: dict[str, Calibration] = {
    "learned": Calibration(
        temperature=0.876,
        none_score=5.99,
        steepness=0.1528,
        crowding=5.499,
        breadth=9.38,
        usual_crowd=1.313,
        accept_at=0.9,
        give_up_at=0.65,
        set_border=0.0157,
    ),
    "hash-aligned": Calibration(
        temperature=1.29, none_score=13.3, lapse=0.14, accept_at=0.7, give_up_at=0.85
    ),
    "seed6": Calibration(
        temperature=0.024, none_score=0.864, lapse=0.06, accept_at=0.6, give_up_at=0.9
    ),
}


def calibration_of(slug: str) -> Calibration:
    """The calibration of a describer; networks that a shop tuned inherit theirs.

    Raises:
        ValueError: none was measured for this name.
    """
    family = family_of(slug)
    if family not in _MEASURED:
        raise ValueError(f"no calibration for {slug!r}")
    return _MEASURED[family]
