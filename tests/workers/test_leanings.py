import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from vision import CutOut
from workers.catalogue_index import PartMatch
from workers.leanings import WEIGHED, Closely, Expected, Leanings, Weighed

HOOK, CLIP, GEAR = 1, 2, 3
TEMPERATURE = 2.0


class Catalogue:
    """Parts with fixed scores, and how often they were asked for."""

    def __init__(self, **scores: float) -> None:
        self.scores = {HOOK: 10.0, CLIP: 9.0, GEAR: 4.0} | {
            {"hook": HOOK, "clip": CLIP, "gear": GEAR}[name]: score
            for name, score in scores.items()
        }
        self.asked: list[int] = []

    def search(self, _cut_outs: Sequence[CutOut], k: int) -> list[PartMatch]:
        self.asked.append(k)
        best_first = sorted(self.scores, key=lambda part: -self.scores[part])
        return [
            PartMatch(part_id=part, score=self.scores[part], rotation=np.eye(3))
            for part in best_first[:k]
        ]


class Photos:
    """Confirmed photos that speak for a part."""

    def __init__(self, odds: Mapping[int, float]) -> None:
        self.odds = odds

    def odds_of(self, _cut_outs: Sequence[CutOut]) -> Mapping[int, float]:
        return self.odds


@pytest.fixture
def photo() -> list[CutOut]:
    rgb, mask = np.zeros((4, 4, 3), np.uint8), np.ones((4, 4), np.float32)
    return [CutOut(rgb=rgb, mask=mask, quality=1.0, touches_frame=False)]


def _names(matches: Sequence[PartMatch]) -> list[int]:
    return [match.part_id for match in matches]


def test_a_shop_that_expects_nothing_finds_what_the_catalogue_finds(photo: list[CutOut]) -> None:
    found = Weighed(Catalogue(), Expected(), temperature=TEMPERATURE).search(photo, 2)

    assert [(each.part_id, each.score, each.weighed) for each in found] == [
        (HOOK, 10.0, 10.0),
        (CLIP, 9.0, 9.0),
    ]


def test_a_part_that_nobody_waits_for_loses_odds_and_keeps_its_score(photo: list[CutOut]) -> None:
    expected = Expected(leanings=Leanings(open_orders=3), wanted=frozenset({CLIP}))

    first, second, *_ = Weighed(Catalogue(), expected, temperature=TEMPERATURE).search(photo, 3)

    assert _names([first, second]) == [CLIP, HOOK]
    assert (first.score, first.weighed) == (9.0, 9.0)
    assert second.score == 10.0
    assert second.weighed == pytest.approx(10.0 - TEMPERATURE * math.log(3))


def test_a_part_that_nobody_waits_for_can_still_be_first(photo: list[CutOut]) -> None:
    expected = Expected(leanings=Leanings(open_orders=1_000), wanted=frozenset({GEAR}))
    catalogue = Catalogue(hook=30.0)

    assert _names(Weighed(catalogue, expected, temperature=TEMPERATURE).search(photo, 1)) == [HOOK]


def test_a_batch_and_open_orders_count_together(photo: list[CutOut]) -> None:
    expected = Expected(
        leanings=Leanings(open_orders=2, batch=50),
        wanted=frozenset({HOOK}),
        batch=frozenset({CLIP}),
    )

    found = Weighed(Catalogue(), expected, temperature=1.0).search(photo, 3)

    assert {each.part_id: round(each.leaning, 6) for each in found} == {
        HOOK: round(-math.log(50), 6),
        CLIP: round(-math.log(2), 6),
        GEAR: round(-math.log(100), 6),
    }


def test_a_part_far_down_comes_up_when_it_is_expected_and_others_are_not(
    photo: list[CutOut],
) -> None:
    expected = Expected(leanings=Leanings(batch=50), batch=frozenset({GEAR}))
    catalogue = Catalogue()

    found = Weighed(catalogue, expected, temperature=TEMPERATURE).search(photo, 1)

    assert _names(found) == [GEAR]
    assert catalogue.asked == [WEIGHED]


def test_without_its_batch_the_same_photo_is_not_searched_again(photo: list[CutOut]) -> None:
    expected = Expected(leanings=Leanings(batch=50), batch=frozenset({GEAR}))
    catalogue = Catalogue()
    narrowed = Weighed(catalogue, expected, temperature=TEMPERATURE)
    narrowed.search(photo, 1)

    assert _names(narrowed.without_batch().search(photo, 3)) == [HOOK, CLIP, GEAR]
    assert len(catalogue.asked) == 1


def test_confirmed_photos_add_and_count_once_however_often_it_is_asked(
    photo: list[CutOut],
) -> None:
    photos = Photos({CLIP: 1.5})
    weighed = Weighed(Catalogue(), Expected(), temperature=TEMPERATURE, recalls=photos)

    for _ in range(2):
        found = weighed.search(photo, 2)

    assert [(each.part_id, each.weighed) for each in found] == [(CLIP, 12.0), (HOOK, 10.0)]


def test_a_part_that_the_search_let_go_is_looked_at_closely_when_it_is_of_the_batch(
    photo: list[CutOut],
) -> None:
    whole, plate = Catalogue(hook=10, clip=9, gear=1), Catalogue(hook=-5, clip=9.5, gear=7)

    found = Closely(whole, plate, parts=3).search(photo, 2)

    assert [(each.part_id, each.score) for each in found] == [(HOOK, 10), (CLIP, 9.5), (GEAR, 7)]
    assert (whole.asked, plate.asked) == ([2], [3])


def test_a_leaning_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="lean away"):
        Leanings(batch=0.5)
