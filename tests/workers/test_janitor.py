import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from catalog.files import FileKey
from catalog.leases import settle_done
from catalog.sightings import photos_of
from catalog.tables import Candidate, Part, Sighting, Update
from catalog.updates import keep_updates, settle_handled
from tests.fakes.clock import Clock
from tests.fakes.floor_jobs import file_job, photo_job
from tests.fakes.shop_floor import a_part
from workers.janitor import CLEAN_EVERY, UPDATES_KEPT, YOUNG, Cleaned, clean
from workers.lease import take
from workers.shop import Shop


@pytest.fixture
def clock() -> Clock:
    """Files have real ages, so this clock starts now."""
    return Clock(datetime.now(UTC))


def _aged(shop: Shop, tmp_path: Path, content: bytes, *, by: timedelta) -> FileKey:
    key = shop.files.keep(content)
    when = (shop.clock() - by).timestamp()
    os.utime(tmp_path / "files" / key, (when, when))
    return key


def _candidate(sighting_id: int, part_id: int, shown: dict[str, FileKey]) -> Candidate:
    return Candidate(
        sighting_id=sighting_id, rank=1, part_id=part_id, probability=0.5, score=1.0, rotation=[],
        **shown,
    )  # fmt: skip


def test_old_files_that_no_row_names_are_removed_and_the_others_stay(
    shop: Shop, tmp_path: Path
) -> None:
    over = YOUNG + timedelta(hours=1)
    nobodys = _aged(shop, tmp_path, b"nobody's", by=over)
    young = _aged(shop, tmp_path, b"young", by=YOUNG / 2)
    named = {
        column: _aged(shop, tmp_path, column.encode(), by=over)
        for column in (
            "file_key",
            "mesh_key",
            "drawn_key",
            "preview_key",
            "sheet_key",
            "cut_out_key",
            "lines_key",
            "view_key",
        )
    }
    photo = photo_job(shop, b"a photo")
    waiting = file_job(shop, b"a file that waits", "hook.stl")
    with shop.database.transaction() as session:
        part = session.get_one(Part, a_part(session, shop.clock))
        part.file_key, part.mesh_key = named["file_key"], named["mesh_key"]
        part.preview_key, part.sheet_key = named["preview_key"], named["sheet_key"]
        part.drawn_key = named["drawn_key"]
        sighting = session.scalars(select(Sighting)).one()
        sighting.cut_out_key = named["cut_out_key"]
        shown = {key: named[key] for key in ("lines_key", "view_key")}
        session.add(_candidate(sighting.id, part.id, shown))
    for content in (b"a photo", b"a file that waits"):
        _aged(shop, tmp_path, content, by=over)

    assert clean(shop) == Cleaned(sightings_forgotten=0, files_removed=1, updates_forgotten=0)

    assert not shop.files.has(nobodys)
    assert shop.files.has(young)
    assert all(shop.files.has(key) for key in named.values())
    assert (photo, waiting) == (1, 2)
    assert shop.files.has(shop.files.keep(b"a photo"))


def test_a_file_that_was_taken_in_is_kept_only_as_long_as_its_parts_name_it(
    shop: Shop, tmp_path: Path
) -> None:
    job_id = file_job(shop, b"an archive", "box.zip")
    key = _aged(shop, tmp_path, b"an archive", by=YOUNG * 2)
    job = take(shop, job_id)
    assert job is not None
    assert clean(shop) == Cleaned(0, 0, 0)
    with shop.database.transaction() as session:
        settle_done(session, job_id, holder=job.holder, now=shop.clock())

    shop.clock.advance(CLEAN_EVERY * 2)  # type: ignore[attr-defined]

    assert clean(shop) == Cleaned(0, 1, 0)
    assert not shop.files.has(key)


def test_photos_past_their_time_go_and_the_sighting_stays(
    shop: Shop, clock: Clock, tmp_path: Path
) -> None:
    photo_job(shop, b"an old photo")
    with shop.database.transaction() as session:
        shown = {key: FileKey(f"sha256/aa/{key}") for key in ("lines_key", "view_key")}
        session.add(_candidate(1, a_part(session, clock), shown))
    clock.advance(shop.limits.photos_kept - timedelta(days=1))
    photo_job(shop, b"a new photo")
    old = _aged(shop, tmp_path, b"an old photo", by=shop.limits.photos_kept)
    clock.advance(timedelta(days=1, hours=1))

    assert clean(shop) == Cleaned(sightings_forgotten=1, files_removed=1, updates_forgotten=0)

    assert not shop.files.has(old)
    with shop.database.reading() as session:
        assert photos_of(session, 1) == []
        assert len(photos_of(session, 2)) == 1
        assert len(session.scalars(select(Sighting)).all()) == 2
        left = session.scalars(select(Candidate)).one()
        assert (left.lines_key, left.view_key, left.probability) == (None, None, 0.5)


def test_it_is_cleaned_once_an_hour_whoever_asks(shop: Shop, clock: Clock) -> None:
    assert clean(shop) == Cleaned(0, 0, 0)
    assert clean(shop) is None

    clock.advance(CLEAN_EVERY + timedelta(seconds=1))

    assert clean(shop) == Cleaned(0, 0, 0)


def test_updates_are_let_go_when_telegram_can_repeat_them_no_more(shop: Shop, clock: Clock) -> None:
    with shop.database.transaction() as session:
        keep_updates(session, [{"update_id": 1}, {"update_id": 2}, {"update_id": 3}], now=clock())
        settle_handled(session, 1, now=clock())
        settle_handled(session, 2, now=clock() + timedelta(days=1))

    clock.advance(UPDATES_KEPT + timedelta(hours=1))

    assert clean(shop) == Cleaned(0, 0, 1)
    with shop.database.reading() as session:
        assert sorted(session.scalars(select(Update.update_id))) == [2, 3]
