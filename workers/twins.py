"""Which candidates of a photo are known look-alikes, and whether this photo can tell them apart.

Knows matches and what the catalogue keeps of them: no pixels but those of the picture that shows
the side from which they differ. Places count from 0, best first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from catalog.files import FileKey
from catalog.look_alikes import Kin, kin_among
from catalog.meshes.binary_stl import corners_back
from catalog.sightings import SeenTwins
from catalog.tables import Relation
from vision import CutOut
from vision.look_alikes import Resemblance
from vision.print_colours import print_colour
from vision.telling_side import drawn_apart
from workers.catalogue_index import PartMatch
from workers.cut_outs import png
from workers.look_alikes import mesh_of
from workers.proof import SHOWN
from workers.shop import Shop

SIDE_PX = 420


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """Two candidates that can be taken for each other.

    Attributes:
        first: the place of the likelier one, in whose frame the resemblance is told.
        told: one of the photos shows what differs.
    """

    first: int
    second: int
    resemblance: Resemblance
    told: bool


def twins_among(matches: Sequence[PartMatch], *, shop: Shop) -> list[Twins]:
    """The look-alikes among the candidates that are shown, the likeliest pairs first."""
    shown = matches[:SHOWN]
    places = {match.part_id: place for place, match in enumerate(shown)}
    if len(shown) < 2:  # noqa: PLR2004  one alone has no twin
        return []
    with shop.database.reading() as session:
        pairs = kin_among(session, places.keys())
    found = [_twins(pair, places, shown) for pair in pairs]
    return sorted(found, key=lambda twins: (twins.first, twins.second))


def untold(twins: Sequence[Twins]) -> frozenset[int]:
    """Places of parts that this photo cannot tell from the best match."""
    return frozenset(each.second for each in twins if each.first == 0 and not each.told)


def side_of(
    twins: Sequence[Twins],
    matches: Sequence[PartMatch],
    cut_outs: Sequence[CutOut],
    *,
    shop: Shop,
) -> tuple[Twins, FileKey] | None:
    """A picture of the side that would decide, both candidates beside each other, and of whom."""
    asked = [each for each in twins if each.first == 0 and not each.told]
    for pair in [*asked, *(each for each in twins if each not in asked)]:
        meshes = [mesh_of(matches[place].part_id, shop) for place in (pair.first, pair.second)]
        if not cut_outs or meshes[0] is None or meshes[1] is None:
            continue
        halves = drawn_apart(
            corners_back(meshes[0]),
            corners_back(meshes[1]),
            pair.resemblance,
            colour=print_colour(cut_outs[0]),
            size_px=SIDE_PX,
        )
        if halves is not None:
            return pair, shop.files.keep(png(Image.fromarray(np.concatenate(halves, axis=1))))
    return None


def seen_twins(twins: Sequence[Twins], side: tuple[Twins, FileKey] | None) -> tuple[SeenTwins, ...]:
    """As the answer keeps them: by rank, from 1."""
    return tuple(
        SeenTwins(
            first=each.first + 1,
            second=each.second + 1,
            relation=Relation(each.resemblance.relation.value),
            difference=each.resemblance.difference.value,
            factor=each.resemblance.factor,
            told=each.told,
            shown=side is not None and side[0] is each,
        )
        for each in twins
    )


def _is_told(resemblance: Resemblance, match: PartMatch) -> bool:
    """Whether one of the photos shows what differs."""
    return any(resemblance.is_told(each) for each in (match.rotation, *match.further))


def _twins(pair: Kin, places: dict[int, int], shown: Sequence[PartMatch]) -> Twins:
    resemblance = Resemblance.from_facts(pair.relation.value, pair.alike, pair.details)
    first, second = places[pair.part_id], places[pair.other_id]
    if first > second:
        first, second, resemblance = second, first, resemblance.turned()
    return Twins(
        first=first,
        second=second,
        resemblance=resemblance,
        told=_is_told(resemblance, shown[first]),
    )
