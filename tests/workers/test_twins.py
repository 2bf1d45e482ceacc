"""What an answer says of candidates that can be taken for each other."""

from dataclasses import replace

import numpy as np
import pytest
import trimesh

from catalog.look_alikes import SKETCH, kin_among
from catalog.signatures import parts_without
from catalog.tables import Queue, Relation
from samples import catalogue
from tests.fakes.catalogued import described_part, searchable_part
from tests.vision.shapes_of_ours import bracket, photo_of
from vision.viewpoints import look_from
from workers.catalogue_index import PartMatch
from workers.comparisons import queue_what_is_not_compared
from workers.look_alikes import compare_with_others, mesh_of
from workers.shop import Shop
from workers.twins import seen_twins, side_of, twins_among, untold
from workers.work import work_on

ABOVE = look_from(np.array([0.2, -0.3, 0.9]))
BELOW = look_from(np.array([0.2, -0.3, -0.9]))


def sample(name: str) -> trimesh.Trimesh:
    return next(part.mesh for part in catalogue() if part.name == name)


def with_relief(mesh: trimesh.Trimesh) -> trimesh.Trimesh:
    """The enclosure with raised letters' worth of bars under its floor."""
    low, high = mesh.bounds
    middle = (low + high) / 2
    bars = [
        trimesh.creation.box(
            extents=[30, 5, 1.2],
            transform=trimesh.transformations.translation_matrix(
                [middle[0] - 10, middle[1] + shift, low[2] - 0.6]
            ),
        )
        for shift in (-12, 0, 12)
    ]
    return trimesh.util.concatenate([mesh, *bars])


@pytest.fixture(scope="module")
def stocked(module_shop: Shop) -> Shop:
    """An enclosure (1), the same with relief below (2), a mount for the left (3) and right (4)."""
    described_part(module_shop, "enclosure", sample("enclosure-90"))
    described_part(module_shop, "enclosure-marked", with_relief(sample("enclosure-90")))
    described_part(module_shop, "left", sample("corner-mount-left"))
    searchable_part(module_shop, "right", sample("corner-mount-right"))
    return module_shop


@pytest.fixture(scope="module")
def compared(stocked: Shop) -> Shop:
    """The same after the sweeper has filled in what came before there were look-alikes."""
    while queue_what_is_not_compared(stocked):
        with stocked.database.reading() as session:
            waiting = parts_without(session, SKETCH)
        for job_id in range(1, 2 * len(waiting) + 8):
            work_on(job_id, Queue.CATALOG, shop=stocked)
    return stocked


def match(part_id: int, rotation: np.ndarray = ABOVE) -> PartMatch:
    return PartMatch(part_id=part_id, score=1.0, rotation=rotation)


def test_parts_that_came_before_are_compared_once(compared: Shop) -> None:
    with compared.database.reading() as session:
        pairs = {(each.part_id, each.other_id): each for each in kin_among(session, range(9))}
        left = parts_without(session, SKETCH)

    assert left == []
    assert {key: pair.relation for key, pair in pairs.items()} == {
        (1, 2): Relation.NEAR_TWIN,
        (3, 4): Relation.MIRRORED,
    }
    assert queue_what_is_not_compared(compared) == 0


def test_from_above_what_is_below_is_not_told_and_the_side_is_drawn(compared: Shop) -> None:
    matches = [match(1), match(2), match(3)]

    twins = twins_among(matches, shop=compared)
    side = side_of(twins, matches, [photo_of(bracket(), ABOVE)], shop=compared)

    assert untold(twins) == {1}
    assert side is not None
    assert compared.files.has(side[1])
    [kept] = seen_twins(twins, side)
    assert (kept.first, kept.second, kept.told, kept.shown) == (1, 2, False, True)


def test_a_further_photo_from_below_tells_it(compared: Shop) -> None:
    lies = [replace(match(part_id), further=(BELOW,)) for part_id in (1, 2)]

    twins = twins_among(lies, shop=compared)

    assert [each.told for each in twins] == [True]
    assert untold(twins) == frozenset()


def test_from_below_it_is_told(compared: Shop) -> None:
    twins = twins_among([match(2, BELOW), match(1, BELOW)], shop=compared)

    assert [each.told for each in twins] == [True]
    assert untold(twins) == frozenset()


def test_strangers_are_no_twins(compared: Shop) -> None:
    assert twins_among([match(1), match(3)], shop=compared) == []
    assert twins_among([match(1)], shop=compared) == []
    assert side_of([], [match(1)], [], shop=compared) is None


def test_comparing_again_finds_the_same(compared: Shop) -> None:
    mesh = mesh_of(4, compared)
    assert mesh is not None

    found = compare_with_others(4, mesh, shop=compared)

    assert [(each.part_id, each.other_id) for each in found.kin] == [(3, 4)]
    assert found.seen == {1, 2, 3}
