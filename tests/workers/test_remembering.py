from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from catalog.confirmed import remembered_ids
from catalog.jobs import ATTEMPTS_MAX
from catalog.parts import mark_ready, part_of
from catalog.sightings import Answer, NamedCandidate, record_answer
from catalog.tables import Job, JobKind, PartState, SightingOutcome
from catalog.verdicts import say, undo
from tests.fakes.clock import Clock
from tests.fakes.shop_floor import a_part, a_sighting, somebody
from vision import CutOut
from vision.calibration import calibration_of
from vision.describers import describer
from vision.editions import kept_as
from workers.cut_outs import cut_out_from, cut_out_png
from workers.recall import Recall
from workers.remembering import queue_what_is_not_remembered, remember_all
from workers.shop import Shop
from workers.work import End, work_on

NAME = kept_as("learned")


@pytest.fixture
def shop(sqlite_shop: Shop) -> Shop:
    """A shop whose describer compares photos with photos."""
    recognition = replace(
        sqlite_shop.recognition,
        describer=describer("learned"),
        calibration=calibration_of("learned"),
        slugs=("learned",),
    )
    recall = Recall(sqlite_shop.database, "learned")
    return replace(sqlite_shop, recognition=recognition, recall=recall)


def _cut_out() -> CutOut:
    rgb, mask = np.full((200, 240, 3), 120, np.uint8), np.zeros((200, 240), np.float32)
    rgb[60:140, 80:170] = (30, 90, 200)
    mask[60:140, 80:170] = 1
    return CutOut(rgb=rgb, mask=mask, quality=0.9, touches_frame=False)


def _confirmed(shop: Shop) -> tuple[int, int, int]:
    """A ready part, a sighting that was answered and confirmed, and by whom."""
    key, cut_out_key = shop.files.keep(b"p"), shop.files.keep(cut_out_png(_cut_out()))
    with shop.database.transaction() as session:
        ana, hook = somebody(session, shop.clock), a_part(session, shop.clock, name="hook")
        mark_ready(session, hook, preview_key=key, sheet_key=key, signatures={NAME: b"none"})
        seen = a_sighting(session, shop.clock, person_id=ana)
        named = NamedCandidate(part_id=hook, probability=0.9, score=1.0, rotation=(0.0,) * 9)
        answer = Answer(
            outcome=SightingOutcome.ACCEPTED,
            reason="sure",
            slug="learned",
            cut_out_key=cut_out_key,
            candidates=(named,),
        )
        record_answer(session, seen, answer, now=shop.clock())
        say(session, sighting_id=seen, part_id=hook, person_id=ana, now=shop.clock())
    return hook, seen, ana


def test_a_cut_out_comes_back_as_it_was_kept() -> None:
    back = cut_out_from(cut_out_png(_cut_out()))

    inside = back.mask > 0.5
    assert inside.sum() == 80 * 90
    assert (back.rgb[inside] == (30, 90, 200)).all()


def test_a_confirmed_photo_is_remembered_by_a_job_that_nobody_hears_of(shop: Shop) -> None:
    hook, _, _ = _confirmed(shop)

    assert queue_what_is_not_remembered(shop) == 1
    assert queue_what_is_not_remembered(shop) == 0
    with shop.database.reading() as session:
        [job] = session.query(Job).filter_by(kind=JobKind.INDEX).all()
        job_id, queue, chat_id = job.id, job.queue, job.chat_id
    assert work_on(job_id, queue, shop=shop) is End.DONE

    assert chat_id is None
    assert shop.recall is not None
    recalled = shop.recall.everything()
    assert recalled.part_ids == (hook,)
    assert recalled.odds_of([_cut_out()])[hook] > 2.5
    assert queue_what_is_not_remembered(shop) == 0


def test_undone_it_is_forgotten_and_not_looked_at_again(shop: Shop) -> None:
    _, seen, ana = _confirmed(shop)
    assert remember_all(shop) == 1
    assert remember_all(shop) == 0

    with shop.database.transaction() as session:
        undo(session, sighting_id=seen, person_id=ana, now=shop.clock())

    with shop.database.reading() as session:
        assert remembered_ids(session, NAME) == ()
    assert queue_what_is_not_remembered(shop) == 0


def test_a_photo_whose_time_ran_out_teaches_nothing(shop: Shop) -> None:
    _confirmed(shop)
    shop.files.forget(shop.files.keep(cut_out_png(_cut_out())))

    assert remember_all(shop) == 0


@pytest.mark.parametrize("lost", ["gone", "damaged"])
def test_a_cut_out_that_cannot_be_read_is_given_up_and_does_not_keep_others_waiting(
    shop: Shop, clock: Clock, tmp_path: Path, lost: str
) -> None:
    hook, _, _ = _confirmed(shop)
    file = tmp_path / "files" / shop.files.keep(cut_out_png(_cut_out()))
    file.unlink() if lost == "gone" else file.write_bytes(b"no picture")
    assert remember_all(shop) == 0  # whoseprint learn goes on with the others
    assert queue_what_is_not_remembered(shop) == 1
    with shop.database.reading() as session:
        [job] = session.query(Job).filter_by(kind=JobKind.INDEX).all()
        job_id, queue = job.id, job.queue

    ends = []
    for _ in range(ATTEMPTS_MAX):
        ends.append(work_on(job_id, queue, shop=shop))
        clock.advance(timedelta(minutes=1))

    assert ends == [End.PUT_BACK, End.PUT_BACK, End.GIVEN_UP]
    assert queue_what_is_not_remembered(shop) == 0
    with shop.database.reading() as session:
        part = part_of(session, hook)
    assert part is not None
    assert part.state is PartState.READY


def test_a_describer_without_vectors_queues_nothing(sqlite_shop: Shop) -> None:
    _confirmed(sqlite_shop)

    assert queue_what_is_not_remembered(sqlite_shop) == 0
    assert remember_all(sqlite_shop) == 0
