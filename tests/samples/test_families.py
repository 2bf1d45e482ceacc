"""Parts drawn at random."""

import time

import numpy as np
import pytest

from samples import random_part
from samples.families import FAMILIES, Family, draw
from samples.solids import as_mesh


def test_random_parts_are_closed_and_no_two_are_alike() -> None:
    rng = np.random.default_rng(7)

    parts = [random_part(rng) for _ in range(80)]

    assert all(part.is_watertight and part.volume > 0 for part in parts)
    assert len({round(part.volume, 3) for part in parts}) == len(parts)


def test_the_same_seed_gives_the_same_part() -> None:
    first, second = (random_part(np.random.default_rng(11)) for _ in range(2))

    assert np.array_equal(first.vertices, second.vertices)


def test_a_random_part_takes_less_than_a_tenth_of_a_second() -> None:
    rng = np.random.default_rng(3)
    random_part(rng)

    started = time.process_time()
    for _ in range(30):
        random_part(rng)

    assert (time.process_time() - started) / 30 < 0.1


@pytest.mark.parametrize("kind", FAMILIES, ids=lambda kind: kind.name)
def test_a_family_gives_closed_parts_at_both_ends_of_its_sizes(kind: Family) -> None:
    smallest = {name: span[0] for name, span in kind.spans.items()}
    largest = {name: span[1] for name, span in kind.spans.items()}
    rng = np.random.default_rng(5)
    middling = {name: draw(rng, span) for name, span in kind.spans.items()}

    for sizes in (smallest, largest, middling):
        solid = kind.build(**sizes)
        assert solid.volume() > 0, sizes
        assert as_mesh(solid).is_watertight, sizes
