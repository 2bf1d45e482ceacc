import urllib.request
from dataclasses import replace

import pytest
from dramatiq.brokers.stub import StubBroker
from prometheus_client import generate_latest
from sqlalchemy import create_engine

from catalog.database import Database
from catalog.tables import JobState, Queue
from tests.fakes.floor_jobs import lost_photo_job, photo_job, plain_photo, state_of
from tests.fakes.patience import wait_until
from tests.services import free_port
from workers.broker import open_stub_broker
from workers.doorbell import Doorbell
from workers.embedded import run_embedded
from workers.figures import CountMessages, Figures
from workers.shop import Shop
from workers.stages import Stage
from workers.work import work_on


def _value(figures: Figures, line: str) -> float:
    """The figure of a line that begins so."""
    told = generate_latest(figures.registry).decode().splitlines()
    [found] = [each for each in told if each.startswith(line + " ")]
    return float(found.rsplit(" ", 1)[1])


def test_attempts_decisions_and_stages_are_counted(shop: Shop) -> None:
    work_on(photo_job(shop, plain_photo()), Queue.VISION, shop=shop)
    work_on(lost_photo_job(shop), Queue.VISION, shop=shop)

    figures = shop.figures
    assert _value(figures, 'whoseprint_attempts_total{end="done",kind="identify"}') == 1
    assert _value(figures, 'whoseprint_attempts_total{end="put_back",kind="identify"}') == 1
    assert _value(figures, 'whoseprint_stage_seconds_count{stage="cutting_out"}') == 1
    told = generate_latest(figures.registry).decode()
    assert 'whoseprint_decisions_total{outcome="unknown"' in told


def test_a_stage_that_fails_is_measured_too() -> None:
    figures = Figures()

    with pytest.raises(LookupError), figures.timed(Stage.READING):
        raise LookupError

    assert _value(figures, 'whoseprint_stage_seconds_count{stage="reading"}') == 1


def test_jobs_and_verdicts_are_counted_where_they_are_kept(shop: Shop) -> None:
    shop.figures.watch(shop.database)
    lost_photo_job(shop)
    lost_photo_job(shop)

    assert _value(shop.figures, 'whoseprint_jobs{queue="vision",state="queued"}') == 2
    assert _value(shop.figures, 'whoseprint_jobs{queue="catalog",state="given_up"}') == 0
    assert _value(shop.figures, 'whoseprint_verdicts{fate="standing"}') == 0


def test_with_the_database_away_the_other_figures_are_still_told() -> None:
    figures, empty = Figures(), Database(create_engine("sqlite://"))
    figures.watch(empty)
    figures.count_attempt("identify", "done")

    assert _value(figures, 'whoseprint_attempts_total{end="done",kind="identify"}') == 1
    empty.close()


def test_figures_are_served_to_prometheus() -> None:
    figures, port = Figures(), free_port()
    figures.count_attempt("index", "done")

    call_off = figures.serve(port)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as response:
        answer = response.read()
    call_off()

    assert b'whoseprint_attempts_total{end="done",kind="index"} 1.0' in answer


def test_messages_are_counted_as_they_are_heard(sqlite_shop: Shop) -> None:
    broker: StubBroker = open_stub_broker(middleware=[CountMessages(sqlite_shop.figures)])
    shop = replace(sqlite_shop, doorbell=Doorbell(broker))
    job_id = photo_job(shop, plain_photo())

    with run_embedded(shop, broker):
        shop.doorbell.ring(job_id, Queue.VISION)
        wait_until(lambda: state_of(shop, job_id)[0] is JobState.DONE)

    labels = '{actor_name="do_vision",queue_name="vision"}'
    assert _value(shop.figures, f"dramatiq_messages_total{labels}") >= 1
    assert _value(shop.figures, f"dramatiq_messages_inprogress{labels}") == 0
