"""Answers that chance gave, exactly as a calibration claims; benchmarks/ must be importable."""

import numpy as np
from fitting import Answer

from vision.decide import Calibration, Evidence, probabilities

TRUE = Calibration(
    temperature=2.0, none_score=13.0, steepness=0.6, crowding=0.5, breadth=2.0, usual_crowd=0.5,
    accept_at=0.9, give_up_at=0.9, evidence=(Evidence(name="map", weight=3.0, usual=0.5),),
)  # fmt: skip


def drawn(count: int, calibration: Calibration = TRUE) -> list[Answer]:
    """Answers of which the calibration says the truth."""
    rng = np.random.default_rng(3)
    some = []
    for number in range(count):
        scores = tuple(np.sort(rng.normal(8, 3, 10))[::-1].tolist())
        beside = {"map": float(rng.uniform())}
        chances = probabilities(scores, calibration=calibration, beside=beside)
        right = int(rng.choice(11, p=[*chances, max(0.0, 1 - sum(chances))]))
        some.append(
            Answer(
                part=f"part {number % 97}",
                scores=scores,
                right=None if right == 10 else right,
                beside=beside,
            )
        )
    return some
