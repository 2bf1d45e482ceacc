"""A build plate becomes a batch, and a batch narrows what a photo is taken for."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from catalog.batches import find_batch, narrow, narrowed, parts_of, set_batch
from catalog.jobs import NewJob, queue_job
from catalog.tables import Batch, Delivery, JobKind, OrderLine, Part, PartState, Queue, Sighting
from tests.catalog import mesh_files as files
from tests.fakes.catalogued import described_part
from tests.fakes.floor_jobs import CHAT, photo_job
from tests.fakes.printed import photo_of, sample, stl
from tests.fakes.shop_floor import a_part
from vision import Outcome
from workers.expecting import batch_of_sighting
from workers.identify import identify_photos
from workers.leanings import NOTHING_EXPECTED, Leanings
from workers.shop import Shop
from workers.work import End, work_on


def _plate(shop: Shop, content: bytes, name: str = "plate.3mf") -> int:
    facts = {
        "file_key": shop.files.keep(content),
        "file_name": name,
        "caption": "",
        "batch": "Tuesday A",
    }
    new = NewJob(kind=JobKind.RECEIVE, chat_id=CHAT, status_message_id=40, facts=facts)
    with shop.database.transaction() as session:
        return queue_job(session, new, now=shop.clock())


def test_a_plate_sent_as_a_batch_orders_nothing_and_asks_nothing(shop: Shop) -> None:
    objects = files.threemf_object(files.bracket(), 1, "Bracket") + files.threemf_object(
        files.box(), 2, "Box"
    )
    build = '<item objectid="1"/><item objectid="2"/><item objectid="2"/>'

    for _ in range(2):  # the second time the parts are known
        plate = _plate(shop, files.threemf(objects, build))
        assert work_on(plate, Queue.CATALOG, shop=shop) is End.DONE

    with shop.database.reading() as session:
        parts = {part.id for part in session.scalars(select(Part))}
        found = find_batch(session, "tuesday a", now=shop.clock())
        assert found is not None
        assert parts_of(session, found.id) == parts
        assert len(parts) == 2
        assert session.query(Batch).count() == 2
        assert session.query(OrderLine).count() == 0
        told = session.scalars(select(Delivery)).first()
        assert told is not None
        assert told.facts["batch"] == {"name": "Tuesday A", "parts": 2}
        assert told.facts["unclaimed"] == []


def test_a_plate_that_cannot_be_read_sets_no_batch(sqlite_shop: Shop) -> None:
    job = _plate(sqlite_shop, stl(sample("wall-hook"))[:500], "plate.stl")

    assert work_on(job, Queue.CATALOG, shop=sqlite_shop) is End.REFUSED

    with sqlite_shop.database.reading() as session:
        assert session.query(Batch).count() == 0


def test_a_batch_whose_parts_are_all_retired_narrows_nothing(sqlite_shop: Shop) -> None:
    job_id = photo_job(sqlite_shop, b"none")
    with sqlite_shop.database.transaction() as session:
        hook = a_part(session, sqlite_shop.clock)
        plate = set_batch(session, "A", [hook], made_by=None, now=sqlite_shop.clock())
        seen = session.scalars(select(Sighting.id)).one()
        assert batch_of_sighting(session, seen) is None
        narrow(session, seen, plate)
        assert batch_of_sighting(session, seen) == {hook}
        session.get_one(Part, hook).state = PartState.RETIRED
        session.flush()
        assert batch_of_sighting(session, seen) is None
    assert job_id


@pytest.mark.slow
def test_a_photo_of_a_batch_is_told_to_fit_or_what_fits_outside_is_offered(
    sqlite_shop: Shop,
) -> None:
    hook, knob = (
        described_part(sqlite_shop, name, sample(name)) for name in ("wall-hook", "stove-knob")
    )
    photo = photo_of(sample("stove-knob"), sqlite_shop.cells)
    shop = replace(sqlite_shop, leanings=Leanings(batch=3))

    inside = identify_photos([photo], shop=shop, batch=frozenset({knob}))
    outside = identify_photos([photo], shop=shop, batch=frozenset({hook}))
    plain = identify_photos([photo], shop=replace(shop, leanings=NOTHING_EXPECTED))

    assert (inside.fits, inside.matches[0].part_id) == (True, knob)
    assert plain.fits is None
    assert (outside.fits, outside.matches[0].part_id) == (False, knob)
    assert outside.decision.outcome is not Outcome.ACCEPTED
    assert outside.matches[0].weighed == outside.matches[0].score == plain.matches[0].score

    with sqlite_shop.database.transaction() as session:
        plate = set_batch(session, "A", [knob], made_by=None, now=shop.clock())
    job_id = photo_job(shop, photo)
    with sqlite_shop.database.transaction() as session:
        seen = session.scalars(select(Sighting.id)).one()
        narrow(session, seen, plate)
    assert work_on(job_id, Queue.VISION, shop=shop) is End.DONE
    with sqlite_shop.database.reading() as session:
        said = narrowed(session, seen)
        assert said is not None
        assert said.fits is True
