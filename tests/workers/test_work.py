import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from dramatiq.brokers.stub import StubBroker
from sqlalchemy import select
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from catalog.answers import sighting_card
from catalog.awaited_photos import PHOTOS_APART, join_photo
from catalog.files import FileKey
from catalog.jobs import ATTEMPTS_MAX, postpone
from catalog.leases import settle_done, take_lease
from catalog.sightings import Answer, NamedCandidate, SentPhoto, record_answer
from catalog.tables import Delivery, JobState, Queue, Sighting, SightingOutcome
from tests.fakes.clock import Clock
from tests.fakes.dying_cell import DyingCell
from tests.fakes.files import EventfulFileStore
from tests.fakes.floor_jobs import (
    CHAT,
    file_job,
    lost_photo_job,
    photo_job,
    plain_photo,
    state_of,
    told,
)
from tests.fakes.power_cut import PowerCut
from tests.fakes.shop_floor import a_part
from workers.cell import How
from workers.cells import Cells
from workers.lease import LEASE
from workers.shop import Shop
from workers.work import PAUSE, End, work_on

VISION, CATALOG = Queue.VISION, Queue.CATALOG


def test_a_photo_without_a_print_is_answered_and_the_job_done(shop: Shop) -> None:
    job_id = photo_job(shop, plain_photo())

    assert work_on(job_id, VISION, shop=shop) is End.DONE

    assert state_of(shop, job_id) == (JobState.DONE, 1, None)
    assert told(shop) == [("answer", job_id)]
    with shop.database.reading() as session:
        sighting = session.scalars(select(Sighting)).one()
        assert sighting.outcome is not None
        assert sighting.outcome.value == "unknown"
        assert sighting.slug == "hash-aligned"


def test_a_complaint_is_told_with_its_facts_and_ends_the_job(shop: Shop) -> None:
    job_id = photo_job(shop, b"this is no picture")

    assert work_on(job_id, VISION, shop=shop) is End.REFUSED

    assert state_of(shop, job_id) == (JobState.DONE, 1, None)
    with shop.database.reading() as session:
        delivery = session.scalars(select(Delivery)).one()
        assert (delivery.kind, delivery.chat_id) == ("refused", CHAT)
        assert delivery.facts == {"code": "picture_not_one", "arguments": {}}


def test_a_settled_job_is_not_done_again(shop: Shop) -> None:
    job_id = photo_job(shop, plain_photo())
    work_on(job_id, VISION, shop=shop)

    assert work_on(job_id, VISION, shop=shop) is None

    assert state_of(shop, job_id) == (JobState.DONE, 1, None)
    assert told(shop) == [("answer", job_id)]


def test_a_poison_job_is_given_up_with_a_word_and_its_neighbours_are_not(
    shop: Shop, clock: Clock
) -> None:
    poison, neighbour = lost_photo_job(shop), photo_job(shop, plain_photo())

    ends = []
    for _ in range(ATTEMPTS_MAX):
        ends.append(work_on(poison, VISION, shop=shop))
        clock.advance(PAUSE * ATTEMPTS_MAX)

    assert ends == [End.PUT_BACK, End.PUT_BACK, End.GIVEN_UP]
    assert state_of(shop, poison) == (JobState.GIVEN_UP, ATTEMPTS_MAX, "failed")
    assert work_on(neighbour, VISION, shop=shop) is End.DONE
    assert told(shop) == [("given_up", poison), ("answer", neighbour)]
    with shop.database.reading() as session:
        facts = session.scalars(select(Delivery.facts).where(Delivery.job_id == poison)).one()
        assert facts == {"job": "identify", "code": "failed"}


def test_a_failed_attempt_waits_before_the_next_and_rings_by_itself(
    shop: Shop, clock: Clock, broker: StubBroker
) -> None:
    job_id = lost_photo_job(shop)

    work_on(job_id, VISION, shop=shop)

    assert broker.queues["vision.DQ"].qsize() == 1
    assert work_on(job_id, VISION, shop=shop) is None
    clock.advance(PAUSE)
    assert work_on(job_id, VISION, shop=shop) is End.PUT_BACK


def test_a_bell_heard_too_early_rings_again_later(
    shop: Shop, clock: Clock, broker: StubBroker
) -> None:
    job_id = photo_job(shop, plain_photo())
    with shop.database.transaction() as session:
        postpone(session, job_id, until=clock() + timedelta(seconds=1))

    assert work_on(job_id, VISION, shop=shop) is None

    assert broker.queues["vision.DQ"].qsize() == 1
    assert state_of(shop, job_id) == (JobState.QUEUED, 0, None)
    clock.advance(timedelta(seconds=1))
    assert work_on(job_id, VISION, shop=shop) is End.DONE


def test_a_power_cut_in_the_middle_costs_time_but_gives_one_answer(
    shop: Shop, clock: Clock, tmp_path: Path
) -> None:
    def power_cut() -> None:
        raise PowerCut

    dying = replace(shop, files=EventfulFileStore(tmp_path / "files", before_reading=power_cut))
    job_id = photo_job(shop, plain_photo())

    with pytest.raises(PowerCut):
        work_on(job_id, VISION, shop=dying)

    assert state_of(shop, job_id) == (JobState.RUNNING, 1, None)
    assert work_on(job_id, VISION, shop=shop) is None
    clock.advance(LEASE + timedelta(seconds=1))
    assert work_on(job_id, VISION, shop=shop) is End.DONE
    assert state_of(shop, job_id) == (JobState.DONE, 2, None)
    assert told(shop) == [("answer", job_id)]


def test_a_worker_that_lost_its_lease_writes_nothing(
    shop: Shop, clock: Clock, tmp_path: Path
) -> None:
    job_id = photo_job(shop, plain_photo())
    others = []

    def somebody_else_does_it() -> None:
        clock.advance(LEASE + timedelta(seconds=1))
        others.append(work_on(job_id, VISION, shop=shop))

    late = replace(
        shop, files=EventfulFileStore(tmp_path / "files", before_reading=somebody_else_does_it)
    )

    assert work_on(job_id, VISION, shop=late) is End.LOST

    assert others == [End.DONE]
    assert state_of(shop, job_id) == (JobState.DONE, 2, None)
    assert told(shop) == [("answer", job_id)]


def test_eight_bells_for_one_job_give_one_answer(shop: Shop) -> None:
    job_id = photo_job(shop, plain_photo())
    start = threading.Barrier(8)
    ends: list[End | None] = []

    def hear() -> None:
        start.wait()
        ends.append(work_on(job_id, VISION, shop=shop))

    threads = [threading.Thread(target=hear) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(str(end) for end in ends) == ["End.DONE"] + ["None"] * 7
    assert told(shop) == [("answer", job_id)]


def test_a_file_that_is_no_mesh_is_refused_by_name(shop: Shop) -> None:
    job_id = file_job(shop, b"hello", "bracket.stl")

    assert work_on(job_id, CATALOG, shop=shop) is End.REFUSED

    with shop.database.reading() as session:
        facts = session.scalars(select(Delivery.facts)).one()
    assert facts == {"code": "mesh_is_text", "arguments": {"file": "bracket.stl"}}


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (How.WALL_TIME, "too_long"),
        (How.CPU_TIME, "too_long"),
        (How.MEMORY, "too_large"),
        (How.CRASHED, "crashed"),
    ],
)
def test_a_photo_that_kills_its_cell_is_given_up_with_the_cells_reason(
    sqlite_shop: Shop, clock: Clock, how: How, reason: str
) -> None:
    deadly = Cells(pictures=DyingCell(how), meshes=sqlite_shop.cells.meshes)
    shop = replace(sqlite_shop, cells=deadly)
    job_id = photo_job(shop, plain_photo())

    for _ in range(ATTEMPTS_MAX):
        work_on(job_id, VISION, shop=shop)
        clock.advance(PAUSE * ATTEMPTS_MAX)

    assert state_of(shop, job_id) == (JobState.GIVEN_UP, ATTEMPTS_MAX, reason)


def test_every_event_of_a_job_carries_its_id(sqlite_shop: Shop) -> None:
    job_id = lost_photo_job(sqlite_shop)

    with capture_logs(processors=[merge_contextvars]) as events:
        assert work_on(job_id, VISION, shop=sqlite_shop) is End.PUT_BACK

    told = {event["event"]: (event["job_id"], event["attempt"]) for event in events}
    assert told == {"attempt_failed": (job_id, 1), "attempt_ended": (job_id, 1)}


def test_a_further_photo_that_is_given_up_leaves_the_first_answer(shop: Shop, clock: Clock) -> None:
    job_id = _unsure_and_joined(shop, lost_photo_job(shop), FileKey("sha256/00/01"))

    for _ in range(ATTEMPTS_MAX):
        end = work_on(job_id, VISION, shop=shop)
        clock.advance(PAUSE * ATTEMPTS_MAX)

    assert end is End.GIVEN_UP
    assert told(shop) == [("given_up", job_id)]
    assert _stands(shop) == (SightingOutcome.UNSURE, "not_sure", [0.3])


def test_photos_that_show_nothing_together_leave_the_first_answer(shop: Shop) -> None:
    key = shop.files.keep(plain_photo(grey=90))
    job_id = _unsure_and_joined(shop, photo_job(shop, plain_photo()), key)

    assert work_on(job_id, VISION, shop=shop) is End.DONE

    assert told(shop) == [("answer", job_id)]
    assert _stands(shop) == (SightingOutcome.UNSURE, PHOTOS_APART, [0.3])


def _unsure_and_joined(shop: Shop, job_id: int, key: FileKey) -> int:
    """A photo that was answered without being sure, and one more that joined it."""
    with shop.database.transaction() as session:
        part_id, now = a_part(session, shop.clock), shop.clock()
        named = NamedCandidate(part_id=part_id, probability=0.3, score=1.0, rotation=(0.0,) * 9)
        answer = Answer(
            outcome=SightingOutcome.UNSURE, reason="not_sure", slug="test", cut_out_key=None,
            candidates=(named,),
        )  # fmt: skip
        take_lease(session, job_id, holder="w", now=now, lease=LEASE)
        settle_done(session, job_id, holder="w", now=now)
        record_answer(session, 1, answer, now=now)
        sent = SentPhoto(chat_id=CHAT, message_id=9, telegram_file_id="AgAC", file_key=key)
        joined = join_photo(session, 1, sent, status_message_id=10, ready_at=now)
    return joined.job_id if joined else 0


def _stands(shop: Shop) -> tuple[SightingOutcome | None, str, list[float]]:
    """Outcome, reason and candidates of the one sighting there is."""
    with shop.database.reading() as session:
        card = sighting_card(session, 1)
    assert card is not None
    return card.outcome, card.reason, [each.probability for each in card.candidates]
