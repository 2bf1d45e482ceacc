from datetime import timedelta

import pytest
from sqlalchemy import select

from catalog.jobs import NewJob, queue_job, retry_given_up
from catalog.parts import mark_ready, part_of, retire
from catalog.signatures import (
    add_signatures,
    forget_signatures,
    parts_to_describe,
    searchable,
)
from catalog.tables import Delivery, Job, JobKind, JobState, PartState, Queue
from tests.fakes.catalogued import pending_part, searchable_part
from tests.fakes.clock import Clock
from tests.fakes.printed import sample
from tests.fakes.shop_floor import a_part
from vision.editions import kept_as
from workers.descriptions import (
    AT_ONCE,
    DESCRIBER,
    SIGNATURE,
    fill_in_signatures,
    queue_what_is_missing,
)
from workers.shop import Shop
from workers.sweeper import Swept, sweep
from workers.work import End, work_on

ACTIVE = "hash-aligned"
NAME = kept_as(ACTIVE)
OLD = "hash-aligned.0"


def _ready_in_an_old_edition(shop: Shop, *, parts: int) -> list[int]:
    key = shop.files.keep(b"a picture")
    made = []
    with shop.database.transaction() as session:
        for number in range(parts):
            made.append(a_part(session, shop.clock, name=f"part {number}"))
            mark_ready(
                session, made[-1], preview_key=key, sheet_key=key, signatures={OLD: b"of old"}
            )
    return made


def _jobs(shop: Shop) -> list[Job]:
    with shop.database.reading() as session:
        jobs = list(session.scalars(select(Job).order_by(Job.id)))
        session.expunge_all()
    return jobs


def test_parts_of_an_older_edition_are_queued_a_few_at_a_time(shop: Shop) -> None:
    parts = _ready_in_an_old_edition(shop, parts=AT_ONCE + 3)

    assert queue_what_is_missing(shop) == AT_ONCE
    assert queue_what_is_missing(shop) == 0

    jobs = _jobs(shop)
    assert [job.part_id for job in jobs] == parts[:AT_ONCE]
    assert {(job.kind, job.queue, job.chat_id) for job in jobs} == {
        (JobKind.INDEX, Queue.CATALOG, None)
    }


def test_a_sweep_has_a_part_of_an_older_edition_described_and_nobody_is_told(
    sqlite_shop: Shop,
) -> None:
    part_id = pending_part(sqlite_shop, "hook", sample("wall-hook"))
    key = sqlite_shop.files.keep(b"the preview it had")
    with sqlite_shop.database.transaction() as session:
        mark_ready(session, part_id, preview_key=key, sheet_key=key, signatures={OLD: b"of old"})
    assert sqlite_shop.index.current().parts == 0

    assert sweep(sqlite_shop, holder="a") == Swept(rung=1, given_up=0)
    [job] = _jobs(sqlite_shop)
    assert work_on(job.id, Queue.CATALOG, shop=sqlite_shop) is End.DONE

    assert sqlite_shop.index.current().parts == 1
    assert sweep(sqlite_shop, holder="a") == Swept(rung=0, given_up=0)
    with sqlite_shop.database.reading() as session:
        part = part_of(session, part_id)
        assert part is not None
        assert (part.state, part.preview_key) == (PartState.READY, key)
        assert list(searchable(session, OLD)) == [part_id]
        assert session.scalars(select(Delivery)).all() == []


def test_a_damaged_signature_is_made_anew_while_the_part_stays_ready(sqlite_shop: Shop) -> None:
    part_id = pending_part(sqlite_shop, "hook", sample("wall-hook"))
    key = sqlite_shop.files.keep(b"a preview")
    with sqlite_shop.database.transaction() as session:
        mark_ready(session, part_id, preview_key=key, sheet_key=key, signatures={NAME: b"broken"})

    assert sqlite_shop.index.current().parts == 0
    sweep(sqlite_shop, holder="a")
    [job] = _jobs(sqlite_shop)
    work_on(job.id, Queue.CATALOG, shop=sqlite_shop)

    assert sqlite_shop.index.current().parts == 1


def test_what_was_given_up_is_not_queued_for_ever_and_can_be_retried(
    shop: Shop, clock: Clock
) -> None:
    [part_id] = _ready_in_an_old_edition(shop, parts=1)
    queue_what_is_missing(shop)
    [job] = _jobs(shop)
    ends = []
    for _ in range(3):  # there is no mesh behind this part
        ends.append(work_on(job.id, Queue.CATALOG, shop=shop))
        clock.advance(timedelta(minutes=1))
    assert ends == [End.PUT_BACK, End.PUT_BACK, End.GIVEN_UP]

    assert queue_what_is_missing(shop) == 0

    with shop.database.transaction() as session:
        part = part_of(session, part_id)
        assert part is not None
        assert part.state is PartState.READY
        assert retry_given_up(session, job.id, now=shop.clock())
    [again] = _jobs(shop)
    assert (again.state, again.facts[SIGNATURE]) == (JobState.QUEUED, NAME)


def test_a_part_that_is_being_indexed_or_retired_is_left_alone(shop: Shop) -> None:
    indexed, retired, left = _ready_in_an_old_edition(shop, parts=3)
    with shop.database.transaction() as session:
        queue_job(session, NewJob(kind=JobKind.INDEX, part_id=indexed), now=shop.clock())
        retire(session, retired)

    with shop.database.reading() as session:
        assert parts_to_describe(session, NAME, limit=9) == [left]


def test_a_worker_of_another_version_leaves_the_description_to_those_who_know_it(
    shop: Shop,
) -> None:
    [part_id] = _ready_in_an_old_edition(shop, parts=1)
    facts = {DESCRIBER: ACTIVE, SIGNATURE: "hash-aligned.99"}
    with shop.database.transaction() as session:
        job = NewJob(kind=JobKind.INDEX, part_id=part_id, facts=facts)
        job_id = queue_job(session, job, now=shop.clock())

    assert work_on(job_id, Queue.CATALOG, shop=shop) is End.DONE

    with shop.database.reading() as session:
        assert searchable(session, "hash-aligned.99") == {}
        assert parts_to_describe(session, "hash-aligned.99", limit=9) == [part_id]


def test_a_signature_replaced_meanwhile_is_not_forgotten_with_its_predecessor(shop: Shop) -> None:
    [part_id] = _ready_in_an_old_edition(shop, parts=1)
    with shop.database.transaction() as session:
        before = searchable(session, OLD)[part_id]
        add_signatures(session, part_id, {OLD: b"anew"})

        forget_signatures(session, OLD, [(part_id, before)])

        assert list(searchable(session, OLD)) == [part_id]
        forget_signatures(session, OLD, [(part_id, searchable(session, OLD)[part_id])])
        assert searchable(session, OLD) == {}


@pytest.mark.slow
def test_a_new_describer_is_filled_in_behind_the_old_one(sqlite_shop: Shop) -> None:
    part_id = searchable_part(sqlite_shop, "hook", sample("wall-hook"))
    gone = searchable_part(sqlite_shop, "knob", sample("stove-knob"))
    with sqlite_shop.database.transaction() as session:
        retire(session, gone)
    steps: list[tuple[int, int]] = []

    filled = fill_in_signatures("seed6", sqlite_shop, lambda *step: steps.append(step))

    assert (filled, steps) == (1, [(1, 1)])
    assert fill_in_signatures("seed6", sqlite_shop) == 0
    with sqlite_shop.database.reading() as session:
        assert list(searchable(session, "seed6")) == [part_id]
        assert list(searchable(session, "hash-aligned")) == [part_id]
