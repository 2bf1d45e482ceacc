from dataclasses import replace

from sqlalchemy.orm import Session

from catalog.confirmed import (
    PHOTOS_A_PART,
    REMEMBER_FACT,
    Unremembered,
    parts_to_remember,
    remember,
    remembered,
    remembered_ids,
    unremembered,
)
from catalog.database import Database
from catalog.files import FileKey
from catalog.jobs import NewJob, queue_job
from catalog.parts import retire
from catalog.tables import JobKind, Sighting, SightingPhoto
from catalog.verdicts import Said, say, undo
from tests.catalog.shop_rows import NOON, part, person, sighting

NAME = "learned.2"


def _confirmed(
    session: Session, person_id: int, part_id: int | None, *, number: int = 1, kept: bool = True
) -> int:
    """A verdict about a photo whose cut-out is kept."""
    seen = sighting(session, person_id, *([part_id] if part_id else []), message_id=number)
    session.get_one(Sighting, seen).cut_out_key = f"sha256/cu/{number}" if kept else None
    photo = session.query(SightingPhoto).filter_by(sighting_id=seen).one()
    photo.file_key = f"sha256/ph/{number}"
    said = say(session, sighting_id=seen, part_id=part_id, person_id=person_id, now=NOON)
    assert isinstance(said, Said)
    return said.verdict_id


def test_a_confirmed_photo_is_to_be_remembered_until_it_is(database: Database) -> None:
    with database.transaction() as session:
        ana, hook = person(session, "Ana", telegram_id=1), part(session, "hook")
        verdict = _confirmed(session, ana, hook)

        assert parts_to_remember(session, NAME, limit=9) == [hook]
        [waiting] = unremembered(session, hook, NAME)
        assert waiting == Unremembered(
            verdict_id=verdict, part_id=hook, cut_out_key=FileKey("sha256/cu/1")
        )
        assert remember(session, waiting, name=NAME, data=b"seen", now=NOON)

        assert parts_to_remember(session, NAME, limit=9) == []
        assert unremembered(session, hook, NAME) == []
        assert remembered_ids(session, NAME) == (verdict,)
        [kept] = remembered(session, NAME, [verdict])
        assert (kept.part_id, kept.data) == (hook, b"seen")
        assert kept.photo_keys == {FileKey("sha256/ph/1")}


def test_another_edition_remembers_nothing_of_what_the_first_saw(database: Database) -> None:
    with database.transaction() as session:
        ana, hook = person(session, "Ana", telegram_id=1), part(session, "hook")
        verdict = _confirmed(session, ana, hook)
        [waiting] = unremembered(session, hook, NAME)
        remember(session, waiting, name=NAME, data=b"seen", now=NOON)

        assert remembered_ids(session, "learned.3") == ()
        assert remembered(session, "learned.3", [verdict]) == []
        assert parts_to_remember(session, "learned.3", limit=9) == [hook]


def test_none_of_them_and_forgotten_photos_teach_nothing(database: Database) -> None:
    with database.transaction() as session:
        ana, hook = person(session, "Ana", telegram_id=1), part(session, "hook")
        _confirmed(session, ana, None, number=1)
        _confirmed(session, ana, hook, number=2, kept=False)

        assert parts_to_remember(session, NAME, limit=9) == []


def test_an_undone_verdict_takes_its_photo_along_and_said_again_it_comes_back(
    database: Database,
) -> None:
    with database.transaction() as session:
        ana, hook = person(session, "Ana", telegram_id=1), part(session, "hook")
        verdict = _confirmed(session, ana, hook)
        [waiting] = unremembered(session, hook, NAME)
        remember(session, waiting, name=NAME, data=b"seen", now=NOON)

        sighting_id = session.query(Sighting.id).scalar()
        undo(session, sighting_id=sighting_id, person_id=ana, now=NOON)

        assert remembered_ids(session, NAME) == ()
        assert parts_to_remember(session, NAME, limit=9) == []
        assert not remember(session, waiting, name=NAME, data=b"late", now=NOON)
        again = say(session, sighting_id=sighting_id, part_id=hook, person_id=ana, now=NOON)
        assert isinstance(again, Said)
        assert again.verdict_id != verdict
        assert [each.verdict_id for each in unremembered(session, hook, NAME)] == [again.verdict_id]


def test_of_a_part_that_is_confirmed_often_the_first_photos_are_enough(database: Database) -> None:
    with database.transaction() as session:
        ana, hook = person(session, "Ana", telegram_id=1), part(session, "hook")
        for number in range(PHOTOS_A_PART + 2):
            _confirmed(session, ana, hook, number=number + 1)
        waiting = unremembered(session, hook, NAME)
        assert len(waiting) == PHOTOS_A_PART

        for each in waiting:
            remember(session, each, name=NAME, data=b"seen", now=NOON)
        remember(session, replace(waiting[0]), name=NAME, data=b"again", now=NOON)

        assert parts_to_remember(session, NAME, limit=9) == []
        assert len(remembered_ids(session, NAME)) == PHOTOS_A_PART


def test_a_part_that_a_job_sees_to_or_that_is_retired_is_not_asked_for(database: Database) -> None:
    with database.transaction() as session:
        ana = person(session, "Ana", telegram_id=1)
        hook, clip, gear = (part(session, name) for name in ("hook", "clip", "gear"))
        for number, each in enumerate((hook, clip, gear), start=1):
            _confirmed(session, ana, each, number=number)
        job = NewJob(kind=JobKind.INDEX, part_id=hook, facts={REMEMBER_FACT: NAME})
        queue_job(session, job, now=NOON)
        retire(session, clip)

        assert parts_to_remember(session, NAME, limit=9) == [gear]
        assert parts_to_remember(session, NAME, limit=0) == []
