import io
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageFilter
from sqlalchemy import select

from catalog.database import open_database
from catalog.files import FileKey
from catalog.migrations import migrate
from catalog.signatures import catalogue_version
from catalog.tables import Candidate, Queue, Sighting, SightingOutcome
from catalog.unreadable import Trouble, Unreadable
from tests.fakes.catalogued import described_part
from tests.fakes.clock import Clock
from tests.fakes.floor_jobs import photo_job, plain_photo, told
from tests.fakes.printed import photo_of, sample
from tests.fakes.shops import ShopOpener
from vision import Outcome, Reason
from workers.broker import open_stub_broker
from workers.cell import Cell, CellKilled
from workers.cells import PICTURE_LIMITS, Cells
from workers.identify import identify_photos
from workers.shop import Recognition, Shop
from workers.stages import Stage
from workers.work import End, work_on


@pytest.fixture(scope="module")
def stocked(
    tmp_path_factory: pytest.TempPathFactory, cells: Cells, recognition: Recognition
) -> Iterator[Shop]:
    """Three parts that look nothing alike."""
    folder = tmp_path_factory.mktemp("stocked")
    migrate(f"sqlite:///{folder / 'shop.db'}")
    database = open_database(f"sqlite:///{folder / 'shop.db'}")
    shop = ShopOpener(
        folder=folder,
        cells=cells,
        recognition=recognition,
        broker=open_stub_broker(),
        clock=Clock(),
    )(database)
    for name in ("wall-hook", "stove-knob", "angle-bracket-m4"):
        described_part(shop, name, sample(name))
    yield shop
    database.close()


@pytest.mark.slow
def test_a_photo_names_its_part_and_keeps_what_the_answer_shows(stocked: Shop) -> None:
    job_id = photo_job(stocked, _photo("stove-knob", stocked))

    assert work_on(job_id, Queue.VISION, shop=stocked) is End.DONE

    with stocked.database.reading() as session:
        sighting = session.scalars(select(Sighting)).one()
        candidates = list(session.scalars(select(Candidate).order_by(Candidate.rank)))
        assert candidates[0].part_id == 2
        assert [each.rank for each in candidates] == [1, 2, 3]
        chances = [each.probability for each in candidates]
        assert chances == sorted(chances, reverse=True)
        assert 0 < sum(chances) <= 1
        assert np.allclose(np.linalg.det(np.reshape(candidates[0].rotation, (3, 3))), 1)
        assert sighting.outcome in {SightingOutcome.ACCEPTED, SightingOutcome.UNSURE}
        assert sighting.cut_out_key is not None
        assert candidates[0].likely is True
        assert sighting.maybe_none is not None
        cut_out = Image.open(io.BytesIO(stocked.files.read(FileKey(sighting.cut_out_key))))
        view, lines = _shown(stocked, candidates[0])
    assert cut_out.mode == "RGBA"
    assert 0.1 < (np.asarray(cut_out)[..., 3] > 127).mean() < 0.9
    assert max(lines.size) == 640
    assert view.size == (480, 480)
    assert _lies_on(np.asarray(lines), np.asarray(cut_out.resize(lines.size)))
    assert told(stocked) == [("answer", job_id)]


def test_the_same_photo_twice_gives_the_same_answer(stocked: Shop) -> None:
    photo = _photo("wall-hook", stocked)

    first, second = (identify_photos([photo], shop=stocked) for _ in range(2))

    assert first.decision == second.decision
    assert [each.part_id for each in first.matches] == [each.part_id for each in second.matches]
    assert first.matches[0].part_id == 1


def test_stages_are_said_as_they_come(stocked: Shop) -> None:
    seen: list[Stage] = []

    identify_photos([_photo("wall-hook", stocked)], shop=stocked,
                    on_stage=seen.append)  # fmt: skip

    assert seen == [Stage.READING, Stage.CUTTING_OUT, Stage.COMPARING]


def test_of_an_album_the_pictures_that_show_nothing_are_left_out(stocked: Shop) -> None:
    photo = _photo("wall-hook", stocked)

    alone = identify_photos([photo], shop=stocked)
    album = identify_photos([b"no picture", plain_photo(), photo], shop=stocked)

    assert album.decision == alone.decision
    assert len(album.cut_outs) == 1


def test_an_album_of_unreadable_pictures_complains_about_the_first(stocked: Shop) -> None:
    truncated = _photo("wall-hook", stocked)[:5000]

    with pytest.raises(Unreadable) as complaint:
        identify_photos([truncated, b"no picture"], shop=stocked)

    assert complaint.value.trouble is Trouble.PICTURE_TRUNCATED


@pytest.mark.slow
def test_a_picture_that_is_too_much_for_its_cell_does_not_take_the_others_along(
    stocked: Shop,
) -> None:
    photo = _photo("wall-hook", stocked)
    limits = replace(PICTURE_LIMITS, address_space_bytes=1 << 30)
    with Cell(limits=limits, preload=("workers.picture_tasks",)) as small:
        narrow = replace(stocked, cells=replace(stocked.cells, pictures=small))

        alone = identify_photos([photo], shop=narrow)
        both = identify_photos([photo, _huge()], shop=narrow)
        with pytest.raises(CellKilled):
            identify_photos([_huge()], shop=narrow)

    assert both.decision == alone.decision


def test_a_dark_picture_and_an_empty_table_are_unknown_for_different_reasons(
    stocked: Shop,
) -> None:
    dark = identify_photos([plain_photo(grey=4)], shop=stocked)
    empty = identify_photos([_noise()], shop=stocked)

    assert (dark.decision.outcome, dark.decision.reason) == (Outcome.UNKNOWN, Reason.TOO_DARK)
    assert (empty.decision.outcome, empty.decision.reason) == (Outcome.UNKNOWN, Reason.NO_OBJECT)
    assert dark.matches == ()


def test_an_empty_catalogue_is_the_reason_when_there_is_one(sqlite_shop: Shop) -> None:
    photo = _photo("wall-hook", sqlite_shop)

    identified = identify_photos([photo], shop=sqlite_shop)

    with sqlite_shop.database.reading() as session:
        assert catalogue_version(session) == 0
    assert identified.decision.reason is Reason.EMPTY_CATALOGUE
    assert len(identified.cut_outs) == 1


def _shown(shop: Shop, candidate: Candidate) -> tuple[Image.Image, Image.Image]:
    pose = candidate.pose or {}
    assert len(pose["shift_radii"]) == 3
    assert pose["focal_px"] > 0
    keys = [FileKey(key) for key in (candidate.view_key, candidate.lines_key) if key]
    view, lines = (Image.open(io.BytesIO(shop.files.read(key))) for key in keys)
    return view, lines


def _lies_on(lines: np.ndarray, cut_out: np.ndarray) -> bool:
    """Whether the part's outline goes where the mask ends, give or take one part in forty."""
    mask = Image.fromarray(cut_out[..., 3])
    reach = 2 * (max(mask.size) // 80) + 1
    edge = np.asarray(mask.filter(ImageFilter.MaxFilter(reach))) != np.asarray(
        mask.filter(ImageFilter.MinFilter(reach))
    )
    rim = np.asarray(mask.filter(ImageFilter.MinFilter(3))) < np.asarray(mask)
    drawn = lines[..., 3] > 100
    near = np.asarray(Image.fromarray(drawn).convert("L").filter(ImageFilter.MaxFilter(reach))) > 0
    return bool(near[rim].mean() > 0.9 and drawn[edge].mean() > 0.1)


def _huge() -> bytes:
    """Less than a megabyte, and more than a gigabyte to decode."""
    held = io.BytesIO()
    Image.new("LA", (10_000, 10_000)).save(held, "PNG", compress_level=1)
    return held.getvalue()


def _noise() -> bytes:
    grain = np.random.default_rng(2).normal(150, 12, (480, 640, 3)).clip(0, 255)
    file = io.BytesIO()
    Image.fromarray(grain.astype(np.uint8)).save(file, "JPEG")
    return file.getvalue()


def _photo(name: str, shop: Shop) -> bytes:
    """The same picture for all tests: drawing it takes a second."""
    if name not in _PHOTOS:
        _PHOTOS[name] = photo_of(sample(name), shop.cells)
    return _PHOTOS[name]


_PHOTOS: dict[str, bytes] = {}
