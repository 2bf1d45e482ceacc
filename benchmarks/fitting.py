"""Fit what a describer's scores are worth: by greatest likelihood, all photos at once.

Knows scores, evidence by name and names of parts only. The same formula as vision/decide.py, on
tables instead of one photo at a time; tests hold both together.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from vision.decide import (
    LEAST_RIVALRY,
    LEAST_RIVALRY_OF_FEW,
    USUAL_RIVALS,
    Calibration,
    Evidence,
)

FOLDS = 5
#: How far from 1, as a logarithm, a temperature or a steepness is looked for, and a crowding.
FARTHEST, MOST_CROWDING = 4.0, 10.0
#: The broadest crowd that is looked for, in temperatures.
BROADEST = 10.0
#: Against weights that a few photos make large; of standardised evidence.
RIDGE = 0.02
_LEAST = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The best matches for one photo as a decision sees them.

    Attributes:
        scores: falling; right: place of the first right one, None where it is not among them.
        beside: evidence by name.
        rows: of the matches.
        weight: how much it counts in a fit.
    """

    part: str
    scores: tuple[float, ...]
    right: int | None
    beside: Mapping[str, float] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    where: str = ""
    difficulty: str = ""
    photo: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Answers side by side.

    Attributes:
        scores: (N, K), -inf where there are fewer; right: (N,), K for none of these.
        beside: (N, E), nan where it is not known.
    """

    scores: NDArray[np.float64]
    right: NDArray[np.int64]
    weight: NDArray[np.float64]
    beside: NDArray[np.float64]

    @classmethod
    def of(cls, some: Sequence[Answer], names: Sequence[str] = ()) -> "Table":
        """Padded to the longest."""
        most = max(len(answer.scores) for answer in some)
        scores = np.full((len(some), most), -np.inf)
        for row, answer in zip(scores, some, strict=True):
            row[: len(answer.scores)] = answer.scores
        known = [[answer.beside.get(name, np.nan) for name in names] for answer in some]
        return cls(
            scores=scores,
            right=np.array([most if a.right is None else a.right for a in some]),
            weight=np.array([answer.weight for answer in some]),
            beside=np.array(known, float).reshape(len(some), len(names)),
        )


def chances_of(table: Table, calibration: Calibration) -> NDArray[np.float64]:
    """(N, K + 1): of each match, and of none of these; evidence as the table has its columns."""
    levels = table.scores / calibration.temperature
    among = np.exp(levels - logsumexp(levels, axis=1, keepdims=True))
    steepness = calibration.steepness or 1 / calibration.temperature
    together = logsumexp(levels, axis=1) * calibration.temperature - calibration.none_score
    told = np.zeros(len(levels))
    for each, column in zip(calibration.evidence, table.beside.T, strict=True):
        told += each.weight * np.nan_to_num(column - each.usual)
    crowd = _rivalry(levels, calibration.breadth) - calibration.usual_crowd
    one = expit(steepness * together - calibration.crowding * crowd + told)
    even = calibration.lapse / (np.isfinite(levels).sum(1, keepdims=True) + 1)
    shares = (1 - calibration.lapse) * one[:, None] * among + even * np.isfinite(levels)
    return np.column_stack([shares, 1 - shares.sum(1)])


def _rivalry(levels: NDArray[np.float64], breadth: float) -> NDArray[np.float64]:
    count = np.isfinite(levels).sum(1)
    least = np.where(count > USUAL_RIVALS, LEAST_RIVALRY, LEAST_RIVALRY_OF_FEW)
    if levels.shape[1] == 1:
        return least
    with np.errstate(divide="ignore"):  # no rival at all
        behind = logsumexp((levels[:, 1:] - levels[:, :1]) / breadth, axis=1)
    return np.maximum(behind, least)


def calibrate(some: Sequence[Answer], names: Sequence[str] = ()) -> Calibration:
    """Temperature, score of none, steepness, crowding and its breadth, and evidence's weights."""
    table = Table.of(some, names)
    usual, spread = _usual(table.beside)
    tops = table.scores[:, 0]
    unit, typical = float(np.std(tops)) + 1e-6, float(np.median(tops))
    plain = replace(table, scores=(table.scores - typical) / unit)
    least, most = (-FARTHEST, FARTHEST), (0.0, MOST_CROWDING)
    found = minimize(
        lambda values: _loss(values, plain, names, usual=usual, spread=spread),
        np.array([np.log(0.5), -1.0, 0.0, 0.5, np.log(2.0), *[0.0] * len(names)]),
        method="L-BFGS-B",
        bounds=[least, (None, None), least, most, (0.0, np.log(BROADEST)), *[least] * len(names)],
    ).x
    fitted = _calibration(found, names, usual=usual, spread=spread)
    steepness = (fitted.steepness or 1.0) / unit
    crowds = _rivalry(plain.scores / fitted.temperature, fitted.breadth)
    crowd = float(np.median(crowds))
    return replace(
        fitted,
        temperature=fitted.temperature * unit,
        none_score=fitted.none_score * unit + typical + fitted.crowding * crowd / steepness,
        steepness=steepness,
        usual_crowd=crowd,
    )


def _usual(beside: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if not beside.size:
        return np.zeros(beside.shape[1]), np.ones(beside.shape[1])
    return np.nanmean(beside, axis=0), np.nanstd(beside, axis=0) + 1e-9


def _calibration(
    values: NDArray[np.float64],
    names: Sequence[str],
    *,
    usual: NDArray[np.float64],
    spread: NDArray[np.float64],
) -> Calibration:
    return Calibration(
        temperature=float(np.exp(values[0])),
        none_score=float(values[1]),
        steepness=float(np.exp(values[2])),
        crowding=float(values[3]),
        breadth=float(np.exp(values[4])),
        evidence=tuple(
            Evidence(name=name, weight=float(value / wide), usual=float(middle))
            for name, value, middle, wide in zip(names, values[5:], usual, spread, strict=True)
        ),
        accept_at=0.9,
        give_up_at=0.9,
    )


def _loss(
    values: NDArray[np.float64],
    table: Table,
    names: Sequence[str],
    *,
    usual: NDArray[np.float64],
    spread: NDArray[np.float64],
) -> float:
    chances = chances_of(table, _calibration(values, names, usual=usual, spread=spread))
    return surprise(chances, table) + RIDGE / 2 * float(values[5:] @ values[5:])


def surprise(chances: NDArray[np.float64], table: Table) -> float:
    """Mean negative logarithm of what the truth was given (nats a photo)."""
    given = chances[np.arange(len(chances)), table.right]
    return float(np.average(-np.log(np.maximum(given, _LEAST)), weights=table.weight))


def folds_of(some: Sequence[Answer]) -> NDArray[np.int64]:
    """In which fold each photo's part is."""
    return np.array([zlib.crc32(answer.part.encode()) % FOLDS for answer in some])


def unseen_chances(
    some: Sequence[Answer],
    names: Sequence[str] = (),
    *,
    asked: Sequence[Answer] | None = None,
) -> NDArray[np.float64]:
    """Chances (N, K + 1) of each answer, or of those asked, fitted on other parts alone."""
    asked = some if asked is None else asked
    table = Table.of(asked, names)
    mine, theirs = folds_of(some), folds_of(asked)
    chances = np.zeros((len(asked), table.scores.shape[1] + 1))
    for n in range(FOLDS):
        fitted = calibrate([a for a, f in zip(some, mine, strict=True) if f != n], names)
        chances[theirs == n] = chances_of(table, fitted)[theirs == n]
    return chances
