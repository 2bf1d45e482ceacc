"""Every preset finds what it was shown, adds parts without forgetting, refuses foreign bytes."""

import time

import numpy as np
import pytest

from tests.vision.shapes_of_ours import ball, box, bracket, mirrored, outlines, photo_of
from vision.describers import DEFAULT_SLUG, SLUGS, describer
from vision.errors import NothingFound, Reason, SignatureUnreadable
from vision.shapes import CutOut, Mesh, Signature
from vision.viewpoints import axis_views, look_from, rolled

PARTS = outlines()
ABOVE = axis_views()[4]
#: Describers that find a pose.
TURNING = ("hash-aligned", "learned")


@pytest.fixture(scope="module", params=SLUGS)
def slug(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def signatures(slug: str) -> list[Signature]:
    return [describer(slug).describe_part(mesh) for mesh in PARTS]


def test_a_slug_names_its_describer(slug: str) -> None:
    assert describer(slug).slug == slug
    assert DEFAULT_SLUG in SLUGS


def test_an_unknown_slug_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match="seed6"):
        describer("no-such")


@pytest.mark.parametrize("row", range(len(PARTS)))
def test_a_part_seen_from_above_is_found(slug: str, signatures: list[Signature], row: int) -> None:
    photo = photo_of(PARTS[row], ABOVE)

    matches = describer(slug).open_index(signatures).search([photo], k=4)

    assert matches[0].row == row
    assert sorted(match.row for match in matches) == [0, 1, 2, 3]


def test_scores_fall_and_k_is_kept(slug: str, signatures: list[Signature]) -> None:
    photo = photo_of(bracket(), axis_views()[2])

    matches = describer(slug).open_index(signatures).search([photo], k=3)

    assert len(matches) == 3
    assert [m.score for m in matches] == sorted((m.score for m in matches), reverse=True)


def test_an_extended_index_answers_like_one_opened_at_once(
    slug: str, signatures: list[Signature]
) -> None:
    photo = photo_of(bracket(), axis_views()[1])
    at_once = describer(slug).open_index(signatures)

    first = describer(slug).open_index(signatures[:1])
    grown = first.extended(signatures[1:3]).extended(signatures[3:])

    ours, theirs = grown.search([photo], k=9), at_once.search([photo], k=9)
    assert [(m.row, m.score) for m in ours] == [(m.row, m.score) for m in theirs]
    assert [m.row for m in first.search([photo], k=9)] == [0]


def test_an_empty_index_finds_nothing(slug: str) -> None:
    photo = photo_of(bracket(), axis_views()[1])

    assert describer(slug).open_index([]).search([photo], k=3) == []


def test_an_empty_mask_says_that_nothing_was_found(slug: str, signatures: list[Signature]) -> None:
    nothing = CutOut(
        rgb=np.zeros((8, 8, 3), np.uint8),
        mask=np.zeros((8, 8), np.float32),
        quality=0.0,
        touches_frame=False,
    )

    with pytest.raises(NothingFound) as found:
        describer(slug).open_index(signatures).search([nothing], k=3)

    assert found.value.reason is Reason.NO_OBJECT


def test_bytes_of_another_describer_are_refused(slug: str, signatures: list[Signature]) -> None:
    other = next(name for name in SLUGS if name != slug)

    with pytest.raises(SignatureUnreadable, match=other):
        describer(other).open_index(signatures)


@pytest.mark.parametrize("damage", [b"", b"WPsg", b"junk" * 9])
def test_damaged_bytes_are_refused(slug: str, damage: bytes) -> None:
    with pytest.raises(SignatureUnreadable):
        describer(slug).open_index([Signature(damage)])


def test_a_cut_short_signature_is_refused(slug: str, signatures: list[Signature]) -> None:
    with pytest.raises(SignatureUnreadable):
        describer(slug).open_index([Signature(signatures[0][:-9])])


def test_an_empty_mesh_is_refused(slug: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        describer(slug).describe_part(
            Mesh(vertices_mm=np.zeros((0, 3)), faces=np.zeros((0, 3), np.int32))
        )


@pytest.mark.parametrize("turning", TURNING)
@pytest.mark.parametrize("angle_deg", [0, 100, 217])
def test_a_part_is_found_from_any_side_at_any_roll(turning: str, angle_deg: float) -> None:
    ours = describer(turning)
    index = ours.open_index([ours.describe_part(mesh) for mesh in PARTS])
    pose = rolled(look_from(np.array([0.3, -0.8, 0.5])), angle_deg)

    best = index.search([photo_of(bracket(), pose)], k=1)[0]

    assert best.row == 3
    off_deg = np.rad2deg(np.arccos((np.trace(best.rotation @ pose.T) - 1) / 2))
    assert off_deg < 20


@pytest.mark.parametrize("turning", TURNING)
def test_a_part_is_told_from_its_mirror_image(turning: str) -> None:
    ours = describer(turning)
    index = ours.open_index([ours.describe_part(m) for m in (bracket(), mirrored(bracket()))])
    pose = look_from(np.array([0.4, -0.5, 0.7]))

    right = index.search([photo_of(bracket(), pose)], k=2)
    left = index.search([photo_of(mirrored(bracket()), pose)], k=2)

    assert [match.row for match in right] == [0, 1]
    assert [match.row for match in left] == [1, 0]


def test_a_fine_part_is_described_in_two_seconds_of_a_core(slug: str) -> None:
    fine = ball(100)
    assert len(fine.faces) == 40_000
    describer(slug).describe_part(box(1, 2, 3))  # compiled by now

    started = time.process_time()
    signature = describer(slug).describe_part(fine)

    assert time.process_time() - started < 2
    assert len(signature) < 60_000


def test_several_cut_outs_of_one_print_are_summed_up() -> None:
    ours = describer("hash-aligned")  # here outlines alone decide
    plate, rod, bar = box(40, 30, 6), box(60, 6, 6), box(60, 30, 6)
    index = ours.open_index([ours.describe_part(mesh) for mesh in (plate, rod, bar)])
    from_above = photo_of(bar, axis_views()[4])  # 60 x 30: no other part's outline
    end_on = photo_of(bar, axis_views()[2])  # 30 x 6: the plate has nearly that
    side = photo_of(bar, axis_views()[0])  # 60 x 6: the rod has just that

    alone = index.search([side], k=3)
    together = index.search([side, end_on, from_above], k=3)

    assert {match.row for match in alone[:2]} == {1, 2}
    assert together[0].row == 2
    each = [index.search([photo], k=3) for photo in (side, end_on, from_above)]
    of_bar = [next(m.score for m in found if m.row == 2) for found in each]
    assert together[0].score == pytest.approx(np.mean(of_bar), abs=1e-5)
