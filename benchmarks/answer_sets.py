"""Sets that hold the truth: where their border lies, and how often and how small they are.

Knows chances and names of parts only. The border is split conformal prediction's: of photos that
it is fitted on, so many truths lie below it that with one more photo of their kind no more than 5
of 100 do (Vovk et al. 2005). It is fitted on unsure answers alone, for these are shown a set, and
on chances from calibrations that saw other parts; it is judged on parts that neither it nor they
saw. "None of these" is a candidate like others, and the truth where no right part is among the ten.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from fitting import FOLDS, Answer, Table, calibrate, chances_of, folds_of, unseen_chances
from numpy.typing import NDArray

from vision.answer_set import COVERAGE
from whoseprint.scores import drawn_weights, interval

#: Pictures of candidates that an unsure answer shows.
SHOWN = 3

Chances = NDArray[np.float64]
Members = NDArray[np.bool_]
#: Candidates of a table of chances that belong to sets, by the border.
Way = Callable[[Chances, float], Members]


def by_threshold(chances: Chances, border: float) -> Members:
    """As vision/answer_set.py: whoever reaches the border, and the likeliest."""
    return chances >= np.minimum(border, chances.max(1, keepdims=True))


def by_sum(chances: Chances, border: float) -> Members:
    """The likeliest ones until they sum up to 1 - border (Romano et al. 2020, undrawn)."""
    order = np.argsort(-chances, axis=1, kind="stable")
    summed = np.cumsum(np.take_along_axis(chances, order, 1), axis=1)
    before = np.column_stack([np.zeros(len(chances)), summed[:, :-1]])
    members = np.zeros(chances.shape, bool)
    np.put_along_axis(members, order, before < 1 - border - 1e-12, axis=1)
    return members


def worth(way: Way, chances: Chances, right: NDArray[np.int64]) -> NDArray[np.float64]:
    """(N,): the highest border at which each truth is still inside."""
    mine = chances[np.arange(len(chances)), right]
    if way is by_threshold:
        return np.where(mine >= chances.max(1), 1.0, mine)
    before = np.where(chances > mine[:, None], chances, 0).sum(1)
    worths: NDArray[np.float64] = 1 - before
    return worths


def fitted_border(way: Way, chances: Chances, right: NDArray[np.int64]) -> float:
    """The highest border that holds the truth for COVERAGE of one more photo of their kind."""
    held = np.sort(worth(way, chances, right))
    allowed = int(np.floor((len(held) + 1) * (1 - COVERAGE)))
    return float(held[allowed - 1]) if allowed else 0.0


def border_of(some: Sequence[Answer], names: Sequence[str], *, accept_at: float) -> float:
    """The border for a calibration that is fitted on all of these."""
    chances = unseen_chances(some, names)
    unsure = chances[:, 0] < accept_at
    return fitted_border(by_threshold, chances[unsure], Table.of(some).right[unsure])


def judged(some: Sequence[Answer], names: Sequence[str], *, accept_at: float) -> dict[str, Any]:
    """Coverage and size on parts that were not seen, real and traced apart and together."""
    return {
        label: _report(way, some, names, accept_at=accept_at)
        for label, way in (("by threshold", by_threshold), ("by sum", by_sum))
    }


def _report(
    way: Way, some: Sequence[Answer], names: Sequence[str], *, accept_at: float
) -> dict[str, Any]:
    chances, members, right = unseen_sets(way, some, names, accept_at=accept_at)
    unsure = chances[:, 0] < accept_at
    where = np.array([answer.where for answer in some])
    tables = {"all": np.ones(len(some), bool)} | {
        name: where == name for name in ("real", "traced") if (where == name).any()
    }
    parts = np.array([answer.part for answer in some])
    return {
        name: {
            "unsure": counted(members[chosen & unsure], right[chosen & unsure],
                              parts=parts[chosen & unsure]),
            "every answer": counted(members[chosen], right[chosen], parts=parts[chosen]),
        }
        for name, chosen in tables.items()
        if (chosen & unsure).any()
    }  # fmt: skip


def unseen_sets(
    way: Way, some: Sequence[Answer], names: Sequence[str], *, accept_at: float
) -> tuple[Chances, Members, NDArray[np.int64]]:
    """Chances, members and truths, each fold by what was fitted on the others alone."""
    table, fold = Table.of(some, names), folds_of(some)
    chances = np.zeros((len(some), table.scores.shape[1] + 1))
    members = np.zeros(chances.shape, bool)
    for n in range(FOLDS):
        others = [answer for answer, f in zip(some, fold, strict=True) if f != n]
        inner = unseen_chances(others, names)
        unsure = inner[:, 0] < accept_at
        border = fitted_border(way, inner[unsure], Table.of(others).right[unsure])
        here = fold == n
        chances[here] = chances_of(table, calibrate(others, names))[here]
        members[here] = way(chances[here], border)
    return chances, members, table.right


def counted(
    members: Members, right: NDArray[np.int64], *, parts: NDArray[np.str_]
) -> dict[str, Any]:
    """Coverage with an interval over parts, and how large the sets are."""
    held, size = members[np.arange(len(right)), right], members.sum(1)
    weights = drawn_weights(parts.tolist())
    drawn = weights.sum(1) > 0
    named = members[:, :-1].sum(1)
    return {
        "photos": len(right),
        "held": round(float(held.mean()), 4),
        "held_interval_95": interval((weights @ held)[drawn] / weights.sum(1)[drawn]),
        "held_where_a_right_part_is_among_the_ten": round(
            float(held[right < members.shape[1] - 1].mean()), 4
        ),
        "size_mean": round(float(size.mean()), 2),
        "parts_mean": round(float(named.mean()), 2),
        "with_none_of_these": round(float(members[:, -1].mean()), 4),
        f"parts_up_to_{SHOWN}": round(float((named <= SHOWN).mean()), 4),
        "sizes": np.bincount(size, minlength=members.shape[1] + 1).tolist(),
    }
