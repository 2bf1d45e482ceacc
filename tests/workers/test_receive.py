import io
import threading
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from dramatiq.brokers.stub import StubBroker
from sqlalchemy import select

from catalog.jobs import ATTEMPTS_MAX, NewJob, queue_job, retry_given_up
from catalog.leases import settle_done
from catalog.meshes.binary_stl import read_back
from catalog.tables import (
    Customer,
    Delivery,
    Job,
    JobKind,
    JobState,
    OrderLine,
    Part,
    PartState,
    Queue,
)
from tests.catalog import mesh_files as files
from tests.fakes.clock import Clock
from tests.fakes.floor_jobs import CHAT, file_job, state_of, told
from tests.fakes.printed import sample, stl, turned
from tests.fakes.shop_floor import a_part
from workers.broker import messages_waiting
from workers.lease import take
from workers.read_file import read_file
from workers.received import hold_parent, tell_if_complete
from workers.shop import Shop
from workers.take_in import CatalogueMoved, compare_with_catalogue, take_in
from workers.work import PAUSE, End, work_on

CATALOG = Queue.CATALOG


def _parts(shop: Shop) -> list[Part]:
    with shop.database.reading() as session:
        rows = list(session.scalars(select(Part).order_by(Part.id)))
        session.expunge_all()
    return rows


def _lines(shop: Shop) -> list[OrderLine]:
    with shop.database.reading() as session:
        rows = list(session.scalars(select(OrderLine).order_by(OrderLine.id)))
        session.expunge_all()
    return rows


def _summary(shop: Shop) -> dict[str, object]:
    with shop.database.reading() as session:
        row = session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
        if row is None:
            raise LookupError("nothing was told")
        return {"kind": row.kind, **row.facts}


def _zip(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_a_file_becomes_a_pending_part_its_order_and_a_job_to_index_it(
    shop: Shop, broker: StubBroker
) -> None:
    caption = "customer: ACME; order: 1042; qty: 10; due: 2026-12-24; material: PLA black"
    job_id = file_job(shop, stl(sample("wall-hook")), "hook 3.stl", caption=caption)

    assert work_on(job_id, CATALOG, shop=shop) is End.DONE

    [part] = _parts(shop)
    assert (part.name, part.state, part.file_name) == ("hook 3", PartState.PENDING, "hook 3.stl")
    assert (part.triangles, part.closed) == (476, True)
    assert part.length_mm == pytest.approx(68.8, abs=0.05)
    assert len(read_back(shop.files.read(part.mesh_key)).faces) == 476
    [line] = _lines(shop)
    assert (line.part_id, line.quantity, line.order_reference) == (part.id, 10, "1042")
    assert (line.due, line.material) == (date(2026, 12, 24), "PLA black")
    with shop.database.reading() as session:
        child = session.scalars(select(Job).where(Job.kind == JobKind.INDEX)).one()
        assert (child.parent_id, child.part_id, child.state) == (job_id, part.id, JobState.QUEUED)
        assert (child.chat_id, child.status_message_id) == (CHAT, 40)
    assert messages_waiting(broker, CATALOG) == 1
    assert told(shop) == []


def test_a_caption_that_cannot_be_read_is_refused_and_changes_nothing(shop: Shop) -> None:
    job_id = file_job(shop, stl(sample("wall-hook")), "hook.stl", caption="qty: many")

    assert work_on(job_id, CATALOG, shop=shop) is End.REFUSED

    assert _summary(shop)["code"] == "order_quantity_unreadable"
    assert _parts(shop) == []
    assert _lines(shop) == []


def test_the_same_shape_turned_gets_the_new_order_and_no_new_part(shop: Shop) -> None:
    first = file_job(shop, stl(sample("wall-hook")), "hook.stl", caption="customer: ACME")
    work_on(first, CATALOG, shop=shop)
    again = file_job(
        shop, stl(turned(sample("wall-hook"))), "other name.stl", caption="customer: Brill; qty: 4"
    )

    assert work_on(again, CATALOG, shop=shop) is End.DONE

    [part] = _parts(shop)
    lines = _lines(shop)
    assert [(line.part_id, line.quantity) for line in lines] == [(part.id, 1), (part.id, 4)]
    with shop.database.reading() as session:
        names = [session.get_one(Customer, line.customer_id).name for line in lines]
    assert names == ["ACME", "Brill"]
    assert told(shop) == [("received", again)]
    assert _summary(shop)["known"] == [
        {"part_id": part.id, "order_line_id": lines[1].id, "turned": True}
    ]


def test_a_mirror_image_is_another_part(shop: Shop) -> None:
    for name in ("corner-mount-left", "corner-mount-right"):
        work_on(file_job(shop, stl(sample(name)), f"{name}.stl"), CATALOG, shop=shop)

    assert [part.name for part in _parts(shop)] == ["corner-mount-left", "corner-mount-right"]


def test_another_shape_under_a_taken_name_gets_a_number(shop: Shop) -> None:
    for name in ("wall-hook", "stove-knob"):
        work_on(file_job(shop, stl(sample(name)), "part.stl"), CATALOG, shop=shop)

    assert [part.name for part in _parts(shop)] == ["part", "part (2)"]


def test_a_build_plate_becomes_as_many_parts_and_its_counts_multiply_the_order(shop: Shop) -> None:
    objects = files.threemf_object(files.bracket(), 1, "Bracket") + files.threemf_object(
        files.box(), 2, "Box"
    )
    build = '<item objectid="1"/><item objectid="2"/>' + (
        '<item objectid="1" transform="1 0 0 0 1 0 0 0 1 90 0 0"/>'
    )
    plate = file_job(shop, files.threemf(objects, build), "plate.3mf", caption="qty: 5; order: 7")

    assert work_on(plate, CATALOG, shop=shop) is End.DONE

    assert [part.name for part in _parts(shop)] == ["plate/Bracket", "plate/Box"]
    assert [line.quantity for line in _lines(shop)] == [10, 5]
    assert {line.order_reference for line in _lines(shop)} == {"7"}


def test_an_order_of_nobody_yet_is_asked_about(shop: Shop) -> None:
    first = file_job(shop, stl(sample("wall-hook")), "hook.stl", caption="customer: ACME")
    work_on(first, CATALOG, shop=shop)
    second = file_job(shop, stl(sample("wall-hook")), "hook.stl", caption="qty: 2")

    work_on(second, CATALOG, shop=shop)

    line = _lines(shop)[1]
    assert (line.customer_id, line.quantity) == (None, 2)
    assert _summary(shop)["unclaimed"] == [line.id]


def test_a_failed_part_sent_again_is_indexed_again(shop: Shop) -> None:
    work_on(file_job(shop, stl(sample("wall-hook")), "hook.stl"), CATALOG, shop=shop)
    with shop.database.transaction() as session:
        session.scalars(select(Part)).one().state = PartState.FAILED

    work_on(file_job(shop, stl(sample("wall-hook")), "hook.stl"), CATALOG, shop=shop)

    with shop.database.reading() as session:
        jobs = session.scalars(select(Job.part_id).where(Job.kind == JobKind.INDEX)).all()
    assert jobs == [1, 1]


def test_an_archive_gives_its_parts_and_names_what_is_refused(shop: Shop) -> None:
    hook = stl(sample("wall-hook"))
    packed = _zip(
        {
            "box/hook.stl": hook,
            "box/hook copy.stl": stl(turned(sample("wall-hook"))),
            "box/knob.stl": stl(sample("stove-knob")),
            "box/broken.stl": hook[:700],
            "box/readme.txt": b"hello",
        }
    )
    job_id = file_job(shop, packed, "box.zip", caption="customer: ACME; qty: 3")

    assert work_on(job_id, CATALOG, shop=shop) is End.DONE

    assert [part.name for part in _parts(shop)] == ["box/hook", "box/knob"]
    assert [line.quantity for line in _lines(shop)] == [6, 3]
    with shop.database.reading() as session:
        facts = session.get_one(Job, job_id).facts
    assert facts["ignored"] == 1
    [refused] = facts["refused"]
    assert (refused["name"], refused["code"]) == ("box/broken.stl", "mesh_truncated")
    assert refused["arguments"]["triangles_present"] == 12


def test_an_archive_that_tries_something_is_refused_whole(shop: Shop) -> None:
    packed = _zip({"hook.stl": stl(sample("wall-hook")), "../evil.stl": b"x"})

    assert work_on(file_job(shop, packed, "box.zip"), CATALOG, shop=shop) is End.REFUSED

    assert _summary(shop)["code"] == "archive_name_outside"
    assert _parts(shop) == []


def test_a_part_that_failed_and_is_tried_again_has_its_files_summary_told_again(
    shop: Shop, clock: Clock
) -> None:
    with shop.database.transaction() as session:
        parent = queue_job(session, NewJob(kind=JobKind.RECEIVE, chat_id=CHAT), now=clock())
        part_id = a_part(session, clock)
        new = NewJob(kind=JobKind.INDEX, part_id=part_id, parent_id=parent, chat_id=CHAT)
        child = queue_job(session, new, now=clock())
    _settle(shop, parent, clock)
    for _ in range(ATTEMPTS_MAX):  # the part's mesh is not there: every attempt fails
        work_on(child, CATALOG, shop=shop)
        clock.advance(PAUSE * ATTEMPTS_MAX)
    assert _summary(shop)["failed"] == [{"part_id": part_id, "code": "failed"}]

    with shop.database.transaction() as session:
        assert retry_given_up(session, child, now=clock())
    assert told(shop) == []
    _settle(shop, child, clock)

    assert told(shop) == [("received", parent)]
    assert _summary(shop)["added"] == [part_id]


def test_two_workers_that_get_the_same_shape_at_once_make_one_part(shop: Shop) -> None:
    shapes = [sample("wall-hook"), turned(sample("wall-hook"))]
    jobs = [file_job(shop, stl(shape), f"{n}.stl") for n, shape in enumerate(shapes)]
    start = threading.Barrier(2)
    ends: list[End | None] = []

    def work(job_id: int) -> None:
        start.wait()
        ends.append(work_on(job_id, CATALOG, shop=shop))

    threads = [threading.Thread(target=work, args=(job_id,)) for job_id in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ends == [End.DONE, End.DONE]
    assert len(_parts(shop)) == 1
    assert len(_lines(shop)) == 1  # nobody's order without a number: the same one


def test_of_parts_that_end_together_the_last_one_tells_once(shop: Shop, clock: Clock) -> None:
    with shop.database.transaction() as session:
        parent = queue_job(session, NewJob(kind=JobKind.RECEIVE, chat_id=CHAT), now=clock())
        parts = [a_part(session, clock, name=f"p{n}") for n in range(6)]
        for part_id in parts:
            new = NewJob(kind=JobKind.INDEX, part_id=part_id, parent_id=parent, chat_id=CHAT)
            queue_job(session, new, now=clock())
    _settle(shop, parent, clock)
    start = threading.Barrier(6)

    def settle(job_id: int) -> None:
        start.wait()
        _settle(shop, job_id, clock)

    threads = [threading.Thread(target=settle, args=(parent + n,)) for n in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert told(shop) == [("received", parent)]
    assert _summary(shop)["added"] == parts
    assert state_of(shop, parent)[0] is JobState.DONE


def test_a_comparison_that_is_out_of_date_is_made_again(shop: Shop) -> None:
    work_on(file_job(shop, stl(sample("wall-hook")), "hook.stl"), CATALOG, shop=shop)
    read = read_file(stl(turned(sample("wall-hook"))), "again.stl", shop=shop)
    compared = compare_with_catalogue(read.parts[0], shop=shop)
    before = replace(compared, same_as=None, compared_with=frozenset())

    with pytest.raises(CatalogueMoved), shop.database.transaction() as session:
        take_in(session, before, order=None, added_by=None, now=shop.clock())

    assert compared.same_as == 1
    assert len(_parts(shop)) == 1


def _settle(shop: Shop, job_id: int, clock: Clock) -> None:
    job = take(shop, job_id)
    if job is None:
        raise LookupError(f"job {job_id} is not due")
    with shop.database.transaction() as session:
        hold_parent(session, job.parent_id)
        settle_done(session, job.id, holder=job.holder, now=clock())
        if job.parent_id is not None:
            tell_if_complete(session, job.parent_id, now=clock())
