import os
import shutil
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from catalog.database import Database
from catalog.describers_in_use import LEFT_KEPT, InUse, in_use, let_come
from catalog.jobs import ATTEMPTS_MAX, NewJob, queue_job
from catalog.meshes.binary_stl import read_back
from catalog.parts import mark_ready, part_of
from catalog.signatures import add_signatures, searchable
from catalog.tables import Job, JobKind, JobState, PartState, Queue, Tuning
from catalog.tunings import networks_of
from catalog.watching import watched_jobs
from tests.fakes.catalogued import described_part, pending_part
from tests.fakes.clock import Clock
from tests.fakes.floor_jobs import photo_job, plain_photo
from tests.fakes.printed import sample, stl
from tests.fakes.shop_floor import a_part
from tests.fakes.shops import ShopOpener
from tests.fakes.synced_disk import SyncedDisk
from tests.fakes.tuned_networks import TOWERS, keep_tuned, tunable
from tests.vision.shapes_of_ours import photo_of
from vision import CutOut, Mesh
from vision.editions import kept_as
from vision.viewpoints import look_from
from workers.index_part import DescriberTurned, Indexed, _check_still_found, index_part
from workers.janitor import CLEAN_EVERY, clean
from workers.own_networks import EDITION_FIGURE, LEFTOVERS_KEPT
from workers.shop import Shop
from workers.sweeper import sweep
from workers.turning import (
    as_it_is_now,
    forget_what_was_left,
    open_what_comes,
    turn_when_described,
)
from workers.work import LOOK_AGAIN, End, work_on

OLD = kept_as("learned")


@pytest.fixture
def shop(sqlite_database: Database, shop_on: ShopOpener, tmp_path: Path) -> Shop:
    return tunable(shop_on(sqlite_database), tmp_path)


def _coming(shop: Shop) -> str:
    slug = keep_tuned(shop)
    with shop.database.transaction() as session:
        let_come(session, "learned", slug, now=shop.clock())
    return slug


def _ready(shop: Shop, *names: str) -> int:
    key = shop.files.keep(b"a picture")
    with shop.database.transaction() as session:
        part_id = a_part(session, shop.clock, name=f"part {names}")
        signatures = dict.fromkeys(names, b"...")
        mark_ready(session, part_id, preview_key=key, sheet_key=key, signatures=signatures)
    return part_id


def _turned(shop: Shop) -> str:
    slug = _coming(shop)
    assert turn_when_described(shop)
    return slug


def test_every_process_sees_the_switch_at_its_next_job_without_a_restart(shop: Shop) -> None:
    slug = _coming(shop)
    coming = as_it_is_now(shop)
    assert (coming.recognition.describer.slug, coming.recognition.slugs) == (
        "learned",
        ("learned", slug),
    )

    assert turn_when_described(shop)

    now = as_it_is_now(shop)
    assert (now.recognition.describer.slug, now.recognition.slugs) == (slug, (slug, "learned"))
    assert now.recall is not None
    assert now.recall.networks.folder == now.recognition.folders[slug]
    assert as_it_is_now(now) is now
    with shop.database.transaction() as session:
        let_come(session, "learned", "learned", now=shop.clock())
    assert turn_when_described(now)
    assert as_it_is_now(now).recognition.describer.slug == "learned"
    assert as_it_is_now(shop).index is shop.index


def test_it_turns_only_when_the_last_part_is_described(shop: Shop) -> None:
    part_id = _ready(shop, OLD)
    slug = _coming(shop)

    assert not turn_when_described(shop)
    with shop.database.transaction() as session:
        add_signatures(session, part_id, {kept_as(slug): b"..."})
    assert turn_when_described(shop)

    assert not turn_when_described(shop)


def test_networks_that_cannot_be_had_leave_what_answered_before(shop: Shop, tmp_path: Path) -> None:
    slug = _turned(shop)
    _lose_networks(slug, shop, tmp_path)
    shop.index.current()
    open_what_comes(shop)  # the sweeper's thread lives on

    assert as_it_is_now(shop).recognition.describer.slug == "learned"
    assert in_use_now(shop) == slug


def in_use_now(shop: Shop) -> str:
    return _use(shop).slug


def _use(shop: Shop) -> InUse:
    with shop.database.reading() as session:
        return in_use(session, "learned")


def _lose_networks(slug: str, shop: Shop, folder: Path) -> None:
    """From the file store and from this machine."""
    with shop.database.reading() as session:
        for file in networks_of(session, slug).values():
            shop.files.forget(file.key)
    shutil.rmtree(folder / "networks" / slug, ignore_errors=True)


def test_what_cannot_be_had_is_never_turned_to_and_not_waited_for(
    shop: Shop, tmp_path: Path
) -> None:
    slug = _coming(shop)
    _lose_networks(slug, shop, tmp_path)

    assert not turn_when_described(shop)
    sweep(shop, holder="a")

    assert _use(shop).described == ("learned",)


def test_networks_that_were_left_and_lost_do_not_take_along_those_that_answer(
    shop: Shop, tmp_path: Path
) -> None:
    before, slug = _turned(shop), keep_tuned(shop, by=2)
    with shop.database.transaction() as session:
        let_come(session, "learned", slug, now=shop.clock())
    assert turn_when_described(shop)
    _lose_networks(before, shop, tmp_path)

    now = as_it_is_now(shop)

    assert (now.recognition.describer.slug, now.recognition.slugs) == (slug, (slug,))
    sweep(shop, holder="a")
    assert _use(shop).described == (slug,)


def test_a_machine_that_has_no_room_for_networks_does_not_turn_the_shop_back(
    shop: Shop, tmp_path: Path
) -> None:
    slug = _turned(shop)
    shutil.rmtree(tmp_path / "networks")
    (tmp_path / "networks").write_bytes(b"no folder can be made here")

    sweep(shop, holder="a")

    assert as_it_is_now(shop).recognition.describer.slug == "learned"
    assert _use(shop).described == (slug, "learned")


def test_networks_damaged_where_they_are_kept_are_not_opened(shop: Shop, tmp_path: Path) -> None:
    slug = _turned(shop)
    with shop.database.reading() as session:
        file = networks_of(session, slug)["embedder_view"]
    (tmp_path / "files" / file.key).write_bytes(b"not what it was")
    assert in_use_now(shop) == as_it_is_now(shop).recognition.describer.slug == slug
    shutil.rmtree(tmp_path / "networks")

    assert as_it_is_now(shop).recognition.describer.slug == "learned"
    sweep(shop, holder="a")

    assert _use(shop).coming is None  # no part waits, so it turned at once
    assert in_use_now(shop) == "learned"


def test_networks_tuned_from_those_of_an_earlier_version_answer_no_more(shop: Shop) -> None:
    slug = _turned(shop)
    with shop.database.transaction() as session:
        run = session.scalars(select(Tuning).where(Tuning.slug == slug)).one()
        run.figures = {**run.figures, EDITION_FIGURE: OLD}
    assert as_it_is_now(shop).recognition.describer.slug == slug

    with shop.database.transaction() as session:
        run = session.scalars(select(Tuning).where(Tuning.slug == slug)).one()
        run.figures = {**run.figures, EDITION_FIGURE: "learned.1"}

    assert as_it_is_now(shop).recognition.describer.slug == "learned"
    sweep(shop, holder="a")
    assert in_use_now(shop) == "learned"


def test_networks_are_looked_at_again_in_a_process_that_began_with_them(
    shop: Shop, tmp_path: Path
) -> None:
    slug = _turned(shop)
    now = as_it_is_now(shop)
    shutil.rmtree(tmp_path / "networks" / slug)

    assert as_it_is_now(now) is now

    assert (tmp_path / "networks" / slug / "embedder_view.onnx").exists()


def test_lost_networks_have_photos_wait_until_the_shipped_ones_are_ready_again(
    shop: Shop, clock: Clock, tmp_path: Path
) -> None:
    part_id = _ready(shop, OLD)
    slug = _coming(shop)
    with shop.database.transaction() as session:
        add_signatures(session, part_id, {kept_as(slug): b"..."})
    assert turn_when_described(shop)
    clock.advance(LEFT_KEPT + CLEAN_EVERY)
    clean(shop)
    _lose_networks(slug, shop, tmp_path)
    job_id = photo_job(shop, plain_photo())

    for _ in range(ATTEMPTS_MAX + 1):
        assert work_on(job_id, Queue.VISION, shop=shop) is End.PUT_OFF
        clock.advance(LOOK_AGAIN)
    with shop.database.reading() as session:
        [watched] = watched_jobs(session)
    assert (watched.stage, watched.done, watched.total) == ("preparing", 0, 1)
    sweep(shop, holder="a")  # has the part described for the shipped ones
    assert _use(shop).coming == "learned"
    clock.advance(CLEAN_EVERY)
    clean(shop)
    with shop.database.transaction() as session:
        add_signatures(session, part_id, {OLD: b"not to be read, so never a match"})
    sweep(shop, holder="a")
    assert in_use_now(shop) == "learned"

    assert work_on(job_id, Queue.VISION, shop=shop) is End.DONE
    sweep(shop, holder="a")
    assert _use(shop).described == ("learned",)


@pytest.mark.parametrize("damaged", ["embedder_view.onnx", "embedder_view.sha256"])
def test_a_network_that_was_damaged_on_this_machine_is_fetched_again(
    damaged: str, shop: Shop, tmp_path: Path
) -> None:
    slug = _coming(shop)
    folder = as_it_is_now(shop).recognition.folders[slug]
    assert folder == tmp_path / "networks" / slug
    whole = (folder / damaged).read_bytes()
    (folder / damaged).write_bytes(whole[:-9])

    assert as_it_is_now(shop).recognition.folders[slug] == folder

    assert (folder / damaged).read_bytes() == whole
    assert [each.name for each in folder.parent.iterdir()] == [slug]


def test_networks_on_this_machine_are_there_after_the_power_went(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = SyncedDisk(monkeypatch)
    slug = _coming(shop)

    assert slug in as_it_is_now(shop).recognition.folders

    written = list((tmp_path / "networks" / slug).iterdir())
    assert len(written) == 2 * len(TOWERS)
    assert all(disk.survives(path) for path in written)


def test_what_was_being_fetched_when_a_process_was_killed_goes_with_the_next_fetch(
    shop: Shop, tmp_path: Path
) -> None:
    slug = _coming(shop)
    folder = tmp_path / "networks" / slug
    folder.mkdir(parents=True)
    old, young = folder / "embedder_view.onnx.1.part", folder / "embedder_view.onnx.2.part"
    older = folder.with_name(f"{slug}.4711-0123abcd")  # as they once were fetched
    older.mkdir()
    for left in (older / "embedder_view.onnx", old, young):
        left.write_bytes(b"half of one")
    long_ago = time.time() - LEFTOVERS_KEPT.total_seconds() - 60
    for left in (old, older):
        os.utime(left, (long_ago, long_ago))

    assert slug in as_it_is_now(shop).recognition.folders

    assert (old.exists(), older.exists(), young.exists()) == (False, False, True)


def test_what_answered_before_is_described_along_for_a_while_and_then_forgotten(
    shop: Shop, clock: Clock
) -> None:
    part_id = _ready(shop, OLD)
    slug = _coming(shop)
    with shop.database.transaction() as session:
        add_signatures(session, part_id, {kept_as(slug): b"..."})
    assert turn_when_described(shop)
    clock.advance(LEFT_KEPT - timedelta(minutes=1))
    assert forget_what_was_left(shop) == 0
    assert as_it_is_now(shop).recognition.slugs == (slug, "learned")

    clock.advance(timedelta(minutes=1) + CLEAN_EVERY)
    cleaned = clean(shop)

    assert cleaned is not None
    with shop.database.reading() as session:
        assert searchable(session, OLD) == {}
        assert list(searchable(session, kept_as(slug))) == [part_id]
    assert as_it_is_now(shop).recognition.slugs == (slug,)


def test_a_shop_that_never_turned_forgets_nothing(shop: Shop) -> None:
    part_id = _ready(shop, OLD)
    keep_tuned(shop)

    assert forget_what_was_left(shop) == 0

    with shop.database.reading() as session:
        assert list(searchable(session, OLD)) == [part_id]


def test_a_part_described_for_what_no_longer_answers_does_not_become_ready(shop: Shop) -> None:
    part_id = _ready(shop)
    blank = shop.files.keep(b"blank")
    before = Indexed(preview_key=blank, sheet_key=blank, signatures={OLD: b"..."})
    with shop.database.reading() as session:
        _check_still_found(session, before, shop)

    _turned(shop)

    with shop.database.reading() as session:
        with pytest.raises(DescriberTurned):
            _check_still_found(session, before, shop)
        part = part_of(session, part_id)
    assert part is not None


@pytest.mark.slow
def test_without_the_networks_that_answer_a_part_is_not_described_again_and_again(
    shop: Shop, tmp_path: Path
) -> None:
    slug = _turned(shop)
    _lose_networks(slug, shop, tmp_path)
    part_id = pending_part(shop, "clip", sample("snap-clip-20"))

    with pytest.raises(DescriberTurned) as turned:
        index_part(part_id, shop)

    assert turned.value.slug == slug
    with shop.database.reading() as session:
        part = part_of(session, part_id)
    assert part is not None
    assert part.state is not PartState.READY


def _photo(name: str) -> CutOut:
    arrays = read_back(stl(sample(name)))
    mesh = Mesh(vertices_mm=arrays.vertices_mm, faces=arrays.faces)
    return photo_of(mesh, look_from(np.array([0.4, -0.7, 0.5])))


@pytest.mark.slow
def test_a_photo_finds_its_part_at_every_moment_of_the_way_to_other_networks_and_back(
    shop: Shop,
) -> None:
    photo, hook = _photo("wall-hook"), described_part(shop, "hook", sample("wall-hook"))
    described_part(shop, "knob", sample("stove-knob"))
    slugs = ["learned"]

    def look() -> None:
        now = as_it_is_now(shop)
        snapshot = now.index.current()
        assert snapshot.search([photo], 1)[0].part_id == hook
        assert snapshot.parts >= 2
        slugs.append(now.recognition.describer.slug)

    def work() -> None:
        while True:
            look()
            open_what_comes(shop)
            sweep(shop, holder="a")
            look()
            with shop.database.reading() as session:
                waiting = list(session.scalars(select(Job.id).where(Job.state == JobState.QUEUED)))
            if not waiting:
                return
            for job_id in waiting:
                assert work_on(job_id, Queue.CATALOG, shop=shop) is End.DONE
                look()

    tuned = _coming(shop)
    sweep(shop, holder="a")  # queues the two parts; a third one comes meanwhile
    late = pending_part(shop, "clip", sample("snap-clip-20"))
    with shop.database.transaction() as session:
        queue_job(session, NewJob(kind=JobKind.INDEX, part_id=late), now=shop.clock())
    work()

    assert in_use_now(shop) == tuned
    assert list(dict.fromkeys(slugs)) == ["learned", tuned]
    with shop.database.transaction() as session:
        assert list(searchable(session, OLD)) == list(searchable(session, kept_as(tuned)))
        assert len(searchable(session, OLD)) == 3
        late_part = part_of(session, late)
        assert late_part is not None
        assert late_part.state is PartState.READY
        let_come(session, "learned", "learned", now=shop.clock())

    assert turn_when_described(shop)  # back: nothing has to be described
    look()

    assert slugs[-1] == "learned"
