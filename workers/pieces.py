"""Which piece of a photo is meant: the plausible ones, and how the search settles it.

Knows cut-outs and the catalogue's index: no job, no chat. A piece is one cut-out of each photo of a
print; pieces differ in the first photo that shows one, the others are taken as they look likeliest.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vision import CutOut, NothingFound, Reason, RgbImage
from vision.cut_out import cut_outs
from vision.decide import Calibration, probabilities
from vision.segmenter import PixelJudge
from vision.shapes import Proposal
from workers.catalogue_index import PartMatch
from workers.leanings import Searches

#: From this share of the likeliest piece's probability on another one is searched for as well; a
#: quarter instead costs 0.7 of a hundred traced photos and nothing on real ones.
TORN_SHARE = 0.1

#: How much a piece's own probability counts beside its best match, both as log-odds. Chosen on the
#: same photos: at 1 the luckier match of a wrong piece wins now and then.
PIECE_WEIGHT = 3.0

#: Pieces that are searched for at most; a person may still point at a third. Of 151 traced photos
#: one right part falls out of the first ten without a third search, of 154 real ones none, and the
#: slowest twentieth of photos waits a third less.
MOST_SEARCHED = 2

#: A best match that leads the next by so many log-odds settles it. 3 instead of 2 would search for
#: four more of a hundred photos and change the first three of none (305 photos).
SURE_LEAD = 2.0

#: From this probability on that it is any of them a lead counts.
LIKELIER_THAN_NOT = 0.5

#: Below this quality a cut-out is doubtful even where no other one is plausible.
DOUBTFUL_QUALITY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of the photos that may be meant; number is its place among them, likeliest 0."""

    number: int
    probability: float
    cut_outs: tuple[CutOut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The piece that was taken, and what it looks like in the catalogue.

    Attributes:
        matches: of that piece, and of the others that were searched for; these have no pose, for
            they do not lie where the piece that is shown lies.
        doubtful: another piece was nearly as plausible, or its mask is poor.
    """

    piece: Piece
    matches: tuple[PartMatch, ...]
    doubtful: bool


def pieces_of(pictures: Sequence[RgbImage], *, segmenter: PixelJudge) -> list[Piece] | Reason:
    """The plausible pieces, likeliest first; why there is none in the first picture otherwise."""
    found: list[list[Proposal]] = []
    reasons: list[Reason] = []
    for picture in pictures:
        try:
            found.append(cut_outs(picture, segmenter=segmenter))
        except NothingFound as nothing:
            reasons.append(nothing.reason)
    if not found:
        return reasons[0]
    others = tuple(proposals[0].cut_out for proposals in found[1:])
    return [
        Piece(number=number, probability=each.probability, cut_outs=(each.cut_out, *others))
        for number, each in enumerate(found[0])
    ]


def settle(
    pieces: Sequence[Piece], *, snapshot: Searches, calibration: Calibration, k: int
) -> Settled:
    """Search for each piece that comes near the likeliest; the best match decides between them.

    A piece whose match leaves the others far behind ends the search, and so does a second one. What
    other pieces look like stays a candidate, less likely by as much as its piece is.
    """
    near = [each for each in pieces if each.probability >= TORN_SHARE * pieces[0].probability]
    searched: list[tuple[Piece, list[PartMatch]]] = []
    for each in near[:MOST_SEARCHED]:
        searched.append((each, snapshot.search(each.cut_outs, k)))
        if _is_sure(searched[-1][1], calibration):
            break
    piece, matches = max(
        searched, key=lambda each: _worth(*each, temperature=calibration.temperature)
    )
    poor = piece.cut_outs[0].quality < DOUBTFUL_QUALITY
    others = [
        _seen_elsewhere(match, other, piece, temperature=calibration.temperature)
        for other, found in searched
        for match in found
        if other is not piece
    ]
    together = tuple(_best_of_each([*matches, *others])[:k])
    return Settled(piece=piece, matches=together, doubtful=poor or len(near) > 1)


def _seen_elsewhere(
    match: PartMatch, there: Piece, here: Piece, *, temperature: float
) -> PartMatch:
    less = PIECE_WEIGHT * (log_chance(there) - log_chance(here))
    return replace(match, leaning=match.leaning + temperature * less, pose=None)


def _best_of_each(matches: Sequence[PartMatch]) -> list[PartMatch]:
    """Each part once, best first."""
    best: dict[int, PartMatch] = {}
    for match in sorted(matches, key=lambda match: -match.weighed):
        best.setdefault(match.part_id, match)
    return list(best.values())


def _is_sure(matches: Sequence[PartMatch], calibration: Calibration) -> bool:
    """Whether the best match is likelier than none, and far ahead of the next one."""
    scores = [match.weighed for match in matches]
    if len(scores) < 2 or sum(probabilities(scores, calibration=calibration)) < LIKELIER_THAN_NOT:  # noqa: PLR2004  a lead takes two
        return False
    return scores[0] - scores[1] >= SURE_LEAD * calibration.temperature


def _worth(piece: Piece, matches: Sequence[PartMatch], *, temperature: float) -> float:
    if not matches:
        return -math.inf if piece.number else 0.0
    return matches[0].weighed / temperature + PIECE_WEIGHT * log_chance(piece)


def log_chance(piece: Piece) -> float:
    """The logarithm of how plausible a piece is."""
    return math.log(max(piece.probability, 1e-9))
