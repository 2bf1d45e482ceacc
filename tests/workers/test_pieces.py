"""Which piece of a photo is meant."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from vision import CutOut, Mask, Pose, Reason, RgbImage
from vision.decide import Calibration
from vision.shapes import Index, Match, Signature
from workers.catalogue_index import Snapshot
from workers.pieces import PIECE_WEIGHT, Piece, pieces_of, settle

CALIBRATION = Calibration(temperature=1.0, none_score=0.0, accept_at=0.7, give_up_at=0.9)


class Redness:
    """A judge of prints: the redder, the likelier."""

    def probabilities(self, photo: RgbImage) -> Mask:
        return (photo[..., 0].astype(np.float32) - photo[..., 1]).clip(0, 255) / np.float32(255)


class BySize:
    """An index whose first part scores as the print's size; counts the searches.

    A second part, if there is one, lies a lead behind it.
    """

    def __init__(self, *, lead: float | None = None) -> None:
        self.searches, self.lead = 0, lead

    def search(self, cut_outs: Sequence[CutOut], k: int) -> list[Match]:
        self.searches += 1
        score = float(sum((each.mask > 0.5).sum() for each in cut_outs))
        scores = [score] if self.lead is None else [score, score - self.lead]
        return [Match(row=n, score=each, rotation=np.eye(3)) for n, each in enumerate(scores)][:k]

    def extended(self, signatures: Sequence[Signature]) -> Index:
        raise AssertionError(f"nobody adds {len(signatures)} here")


def _piece(number: int, probability: float, *, size_px: int, quality: float = 0.9) -> Piece:
    mask = np.zeros((20, 20), np.float32)
    mask.ravel()[:size_px] = 1
    rgb = np.zeros((20, 20, 3), np.uint8)
    cut = CutOut(rgb=rgb, mask=mask, quality=quality, touches_frame=False)
    return Piece(number=number, probability=probability, cut_outs=(cut,))


def _snapshot(index: BySize) -> Snapshot:
    return Snapshot(version=1, index=index, rows=((5, 1), (6, 1)))


def test_the_better_match_decides_between_pieces_that_are_nearly_as_likely() -> None:
    pieces = [_piece(0, 0.5, size_px=10), _piece(1, 0.3, size_px=20)]

    settled = settle(pieces, snapshot=_snapshot(BySize()), calibration=CALIBRATION, k=3)

    assert settled.piece.number == 1
    assert settled.matches[0].score == 20
    assert settled.doubtful


def test_a_slightly_better_match_does_not_outweigh_a_much_likelier_piece() -> None:
    pieces = [_piece(0, 0.6, size_px=10), _piece(1, 0.2, size_px=12)]

    settled = settle(pieces, snapshot=_snapshot(BySize()), calibration=CALIBRATION, k=3)

    assert settled.piece.number == 0


def test_an_unlikely_piece_is_not_searched_for() -> None:
    index = BySize()
    pieces = [_piece(0, 0.8, size_px=10), _piece(1, 0.05, size_px=400)]

    settled = settle(pieces, snapshot=_snapshot(index), calibration=CALIBRATION, k=3)

    assert index.searches == 1
    assert settled.piece.number == 0
    assert not settled.doubtful


def test_a_third_piece_is_left_for_a_person_to_point_at() -> None:
    index = BySize()
    pieces = [_piece(n, 0.3, size_px=10 + n) for n in range(3)]

    settled = settle(pieces, snapshot=_snapshot(index), calibration=CALIBRATION, k=3)

    assert index.searches == 2
    assert settled.piece.number == 1
    assert settled.doubtful


@pytest.mark.parametrize(("lead", "searches"), [(0.5, 2), (8.0, 1)])
def test_a_match_far_ahead_of_the_next_settles_it(lead: float, searches: int) -> None:
    index = BySize(lead=lead)
    pieces = [_piece(0, 0.5, size_px=30), _piece(1, 0.4, size_px=20)]

    settled = settle(pieces, snapshot=_snapshot(index), calibration=CALIBRATION, k=3)

    assert index.searches == searches
    assert settled.piece.number == 0
    assert settled.doubtful


class EachItsOwn:
    """An index in which a print of ten pixels is the first part, any other the second one."""

    def search(self, cut_outs: Sequence[CutOut], k: int) -> list[Match]:
        first = 0 if (cut_outs[0].mask > 0.5).sum() == 10 else 1
        pose = Pose(
            rotation=np.eye(3), shift_radii=(0.0, 0.0, 4.0), focal_px=900.0, middle_px=(5.0, 5.0)
        )
        return [
            Match(row=row, score=score, rotation=np.eye(3), pose=pose)
            for row, score in ((first, 9.0), (1 - first, 7.5))
        ][:k]

    def extended(self, signatures: Sequence[Signature]) -> Index:
        raise AssertionError(f"nobody adds {len(signatures)} here")


def test_what_another_piece_looks_like_stays_a_candidate_without_a_pose() -> None:
    pieces = [_piece(0, 0.5, size_px=10), _piece(1, 0.4, size_px=20)]
    snapshot = Snapshot(version=1, index=EachItsOwn(), rows=((5, 1), (6, 1)))

    settled = settle(pieces, snapshot=snapshot, calibration=CALIBRATION, k=10)

    first, second = settled.matches
    assert (settled.piece.number, first.part_id, second.part_id) == (0, 5, 6)
    assert first.weighed == first.score == 9
    assert first.pose is not None
    # as the other piece's best it is likelier than as this one's second, and counts for less
    assert second.score == 9
    assert second.weighed == pytest.approx(9 + PIECE_WEIGHT * math.log(0.4 / 0.5))
    assert second.pose is None


def test_a_poor_cut_out_is_doubtful_without_a_rival() -> None:
    pieces = [_piece(0, 0.3, size_px=10, quality=0.3)]

    assert settle(pieces, snapshot=_snapshot(BySize()), calibration=CALIBRATION, k=3).doubtful


def _photo(*discs: tuple[int, int, int]) -> RgbImage:
    grain = np.random.default_rng(1).integers(90, 170, (300, 400, 1))
    photo = np.repeat(grain, 3, axis=2).astype(np.uint8)
    rows, columns = np.ogrid[:300, :400]
    for x, y, radius in discs:
        photo[(rows - y) ** 2 + (columns - x) ** 2 <= radius**2] = (255, 0, 0)
    return photo


def test_pieces_differ_in_the_first_photo_and_keep_the_others() -> None:
    two, one = _photo((170, 150, 60), (320, 150, 55)), _photo((200, 150, 60))

    pieces = pieces_of([two, one], segmenter=Redness())

    assert not isinstance(pieces, Reason)
    assert [each.number for each in pieces] == list(range(len(pieces)))
    assert len(pieces) >= 2
    assert pieces[0].cut_outs[0].mask[150, 170] > 0.5 > pieces[1].cut_outs[0].mask[150, 170]
    assert pieces[0].cut_outs[1] is pieces[1].cut_outs[1]


@pytest.mark.parametrize("photos", [1, 2])
def test_photos_without_a_print_have_a_reason(photos: int) -> None:
    assert pieces_of([_photo()] * photos, segmenter=Redness()) is Reason.NO_OBJECT
