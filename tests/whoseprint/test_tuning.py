from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree

import pytest

from catalog.jobs import NewJob, queue_job
from catalog.leases import Failure, give_up, take_lease
from catalog.signatures import add_signatures
from catalog.tables import JobKind, Queue, TuningState
from catalog.tunings import (
    TuningUnderWay,
    networks_of,
    note_hindrance,
    note_stage,
    settle_tuning,
)
from tests.catalog.shop_rows import part
from tests.fakes.training_room import MUCH_BETTER, TrainingRoom
from tests.fakes.tuned_networks import keep_tuned
from vision.editions import kept_as
from whoseprint.settings import Settings
from whoseprint.tuning import (
    FINDINGS,
    STAGES,
    CannotTune,
    NetworksLost,
    NothingToStop,
    NothingToSwitchIn,
    NotTunable,
    TooFewParts,
    begin,
    go_back,
    standing,
    stop,
    switch_in,
)
from whoseprint.wiring import opened_shop
from workers.descriptions import DESCRIBER, SIGNATURE
from workers.shop import Shop
from workers.tuning_folder import TuningStage
from workers.tuning_verdict import Finding
from workers.turning import as_it_is_now, turn_when_described
from workers.work import End, work_on

OLD = kept_as("learned")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Two parts that can be found, and a checkout in which training keeps its rules."""
    room = TrainingRoom(tmp_path, answers=MUCH_BETTER)
    with opened_shop(Settings(data_dir=tmp_path / "var")) as opened:
        with opened.database.transaction() as session:
            for name in ("hook", "clip"):
                add_signatures(session, part(session, name), {OLD: b"..."})
        yield replace(opened, workshop=room.workshop)


def _told(shop: Shop) -> str:
    return " ".join(standing(shop).sentences())


def _describe_all(shop: Shop, slug: str) -> None:
    with shop.database.transaction() as session:
        for part_id in (1, 2):
            add_signatures(session, part_id, {kept_as(slug): b"..."})


def test_a_run_is_begun_shown_and_ends_with_what_it_found(shop: Shop) -> None:
    assert _told(shop) == (
        "No run yet: `whoseprint train --on-catalogue` begins one. The shipped networks answer."
    )

    assert begin(shop, size="toy") == 1

    assert "Run 1 waits for the catalog's worker." in _told(shop)
    with shop.database.transaction() as session:
        note_stage(session, 1, stage="photos", done=3, total=9)
    assert "Run 1 is making photos, 3 of 9." in _told(shop)
    job_id = 1
    while work_on(job_id, Queue.CATALOG, shop=shop) is End.DONE:
        pass
    told = standing(shop)
    assert told.latest is not None
    assert told.latest.state is TuningState.BETTER
    assert told.missing == 2
    assert "for 66.7% before and 83.3% with the new networks" in _told(shop)
    assert "They are better." in _told(shop)
    assert f"Parts are being described for {told.latest.slug}, 2 are left" in _told(shop)
    assert told.facts()["run"]["figures"]["first_new"] == pytest.approx(50 / 60, abs=1e-4)


def test_two_runs_at_once_are_refused_and_a_stopped_one_makes_room(shop: Shop) -> None:
    begin(shop, size="toy")

    with pytest.raises(TuningUnderWay, match="Run 1 is under way"):
        begin(shop, size="toy")

    assert stop(shop) == 1
    assert "Run 1 was stopped." in _told(shop)
    assert begin(shop, size="toy") == 2
    with pytest.raises(NothingToStop):
        stop(shop)
        stop(shop)


def test_a_run_that_was_given_up_says_why_and_goes_on_with_the_same_command(shop: Shop) -> None:
    begin(shop, size="toy")
    now, hour = datetime.now(UTC), timedelta(hours=1)
    with shop.database.transaction() as session:
        take_lease(session, 1, holder="a", now=now, lease=hour)
        give_up(session, 1, Failure("failed"), holder="a", now=now)
        note_hindrance(session, 1, "photos ended with 1: it broke")
    assert "It does not go on: photos ended with 1: it broke" in _told(shop)
    assert "goes on where it stopped" in _told(shop)

    assert begin(shop, size="toy") == 1

    assert standing(shop).is_queued
    assert "does not go on" not in _told(shop)


def test_without_pytorch_a_sentence_says_how_to_get_it_and_nothing_changes(
    shop: Shop, tmp_path: Path
) -> None:
    assert shop.workshop is not None
    without = replace(shop.workshop, training_python=tmp_path / "none")
    with pytest.raises(CannotTune, match="run `make setup-train` in the checkout"):
        begin(replace(shop, workshop=without), size="toy")
    elsewhere = replace(shop.workshop, root=tmp_path / "installed")
    with pytest.raises(CannotTune, match="from a checkout"):
        begin(replace(shop, workshop=elsewhere), size="toy")

    assert standing(shop).latest is None


def test_an_empty_shop_has_nothing_to_learn_from(tmp_path: Path) -> None:
    room = TrainingRoom(tmp_path, answers=[])
    with (
        opened_shop(Settings(data_dir=tmp_path / "var")) as opened,
        pytest.raises(TooFewParts, match="0 parts to learn from"),
    ):
        begin(replace(opened, workshop=room.workshop), size="toy")


def test_too_few_parts_for_a_verdict_are_refused_before_an_hour_of_learning(shop: Shop) -> None:
    with pytest.raises(TooFewParts, match=r"has 2 parts to learn from\. It takes 12 to judge"):
        begin(shop, size="shop")

    assert standing(shop).latest is None


def test_what_a_run_gave_and_was_refused_is_not_switched_in(shop: Shop) -> None:
    begin(shop, size="toy")
    with shop.database.transaction() as session:
        settle_tuning(session, 1, TuningState.NO_BETTER, now=shop.clock())

    with pytest.raises(NothingToSwitchIn):
        switch_in(shop)

    assert standing(shop).use.described == ("learned",)


def test_back_twice_is_back_once(shop: Shop) -> None:
    slug = keep_tuned(shop)
    switch_in(shop)
    _describe_all(shop, slug)
    assert turn_when_described(shop)

    go_back(shop)
    go_back(shop)

    assert standing(shop).use.slug == "learned"
    assert switch_in(shop) == slug


def test_networks_that_are_lost_are_said_to_be_and_not_switched_in(
    shop: Shop, tmp_path: Path
) -> None:
    slug = keep_tuned(shop)
    switch_in(shop)
    _describe_all(shop, slug)
    assert turn_when_described(shop)
    with shop.database.reading() as session:
        for file in networks_of(session, slug).values():
            shop.files.forget(file.key)
    rmtree(tmp_path / "var" / "networks")

    assert f"own networks ({slug}) cannot be used any more" in _told(shop)
    assert standing(shop).facts()["lost"] == [slug]
    go_back(shop)
    assert "The shipped networks answer." in _told(shop)
    with pytest.raises(NetworksLost, match="makes new ones"):
        switch_in(shop)


def test_parts_whose_description_was_given_up_are_told_apart_from_those_that_wait(
    shop: Shop,
) -> None:
    name = kept_as(keep_tuned(shop))
    switch_in(shop)
    now, hour = datetime.now(UTC), timedelta(hours=1)
    with shop.database.transaction() as session:
        facts = {DESCRIBER: name, SIGNATURE: name}
        job = NewJob(kind=JobKind.INDEX, part_id=1, facts=facts)
        job_id = queue_job(session, job, now=now)
        take_lease(session, job_id, holder="a", now=now, lease=hour)
        give_up(session, job_id, Failure("failed"), holder="a", now=now)

    told = standing(shop)

    assert (told.missing, told.stuck) == (2, 1)
    assert "The description of 1 of them was given up" in _told(shop)
    assert "/health" in _told(shop)


def test_a_describer_without_networks_cannot_be_tuned(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var", describer="hash-aligned")
    with opened_shop(settings) as opened, pytest.raises(NotTunable, match="WHOSEPRINT_DESCRIBER"):
        standing(opened)


def test_one_command_takes_the_shipped_networks_again_at_once(shop: Shop) -> None:
    slug = keep_tuned(shop)
    assert switch_in(shop) == slug
    assert standing(shop).missing == 2
    _describe_all(shop, slug)
    assert turn_when_described(shop)
    assert "The shop's own networks answer" in _told(shop)

    go_back(shop)

    assert as_it_is_now(shop).recognition.describer.slug == "learned"
    assert standing(shop).use.coming is None
    assert _told(shop).endswith("The shipped networks answer.")
    assert switch_in(shop) == slug
    assert standing(shop).use.slug == slug


def test_there_is_nothing_to_switch_in_before_a_run_was_better(shop: Shop) -> None:
    with pytest.raises(NothingToSwitchIn, match="`whoseprint train --on-catalogue` makes some"):
        switch_in(shop)


def test_back_before_the_switch_calls_it_off(shop: Shop) -> None:
    slug = keep_tuned(shop)
    switch_in(shop)
    assert standing(shop).use.coming == slug

    go_back(shop)

    assert standing(shop).use.described == ("learned",)


def test_after_a_restart_the_networks_that_answered_still_do(shop: Shop, tmp_path: Path) -> None:
    slug = keep_tuned(shop)
    switch_in(shop)
    _describe_all(shop, slug)
    turn_when_described(shop)

    with opened_shop(Settings(data_dir=tmp_path / "var")) as again:
        assert again.recognition.describer.slug == slug
        assert again.recognition.slugs == (slug, "learned")
        assert again.recognition.folders[slug] == tmp_path / "var" / "networks" / slug


def test_every_stage_and_every_finding_has_its_words() -> None:
    assert set(STAGES) == set(TuningStage)
    assert set(FINDINGS) == set(Finding)
