from dataclasses import replace
from datetime import timedelta

import pytest

from catalog.answers import sighting_card
from catalog.database import Database
from catalog.files import FileKey
from catalog.jobs import NewJob, queue_job
from catalog.sightings import (
    PHOTOS_MAX,
    Answer,
    NamedCandidate,
    NewSighting,
    SentPhoto,
    ShownMatch,
    add_photo,
    last_sighting,
    note_answer_message,
    open_sighting,
    photos_of,
    record_answer,
    sighting_of_message,
    sightings_since,
)
from catalog.tables import Candidate, JobKind, Sighting, SightingOutcome
from tests.fakes.clock import Clock
from tests.fakes.shop_floor import a_part, a_sighting, somebody

UPRIGHT = (1.0, 0, 0, 0, 1.0, 0, 0, 0, 1.0)
POSE = {"shift_radii": [0.1, -0.2, 4.0], "focal_px": 800.5, "middle_px": [320.25, 240.0]}
SHOWN = ShownMatch(lines_key=FileKey("sha256/ee/ee"), view_key=FileKey("sha256/ff/ff"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ana(database: Database, clock: Clock) -> int:
    with database.transaction() as session:
        return somebody(session, clock)


def _photo(message_id: int) -> SentPhoto:
    return SentPhoto(
        chat_id=7,
        message_id=message_id,
        telegram_file_id="AgAC",
        file_key=FileKey(f"sha256/cc/{message_id}"),
    )


def test_pictures_of_one_album_join_one_sighting(
    database: Database, clock: Clock, ana: int
) -> None:
    album = NewSighting(person_id=ana, chat_id=7, media_group_id="g1")
    with database.transaction() as session:
        first = open_sighting(session, album, now=clock())
        second = open_sighting(session, album, now=clock())
        elsewhere = open_sighting(session, replace(album, chat_id=8), now=clock())
        alone = open_sighting(session, replace(album, media_group_id=None), now=clock())

    assert (first.joined, second.joined) == (False, True)
    assert (second.sighting_id, second.nonce) == (first.sighting_id, first.nonce)
    assert len({first.sighting_id, elsewhere.sighting_id, alone.sighting_id}) == 3


def test_a_picture_counts_once_and_only_so_many_are_kept(
    database: Database, clock: Clock, ana: int
) -> None:
    with database.transaction() as session:
        opened = open_sighting(session, NewSighting(person_id=ana, chat_id=7), now=clock())
        kept = [add_photo(session, opened.sighting_id, _photo(n)) for n in (12, 12, 11, 13, 14, 15)]
        kept.append(add_photo(session, opened.sighting_id, _photo(16)))

    assert kept == [True, False, True, True, True, True, False]
    with database.reading() as session:
        assert photos_of(session, opened.sighting_id) == [
            f"sha256/cc/{n}" for n in range(11, 11 + PHOTOS_MAX)
        ]


def test_an_answer_written_again_replaces_itself(
    database: Database, clock: Clock, ana: int
) -> None:
    with database.transaction() as session:
        parts = [a_part(session, clock, name=f"p{n}", side_mm=10 + n) for n in range(3)]
        sighting_id = a_sighting(session, clock, person_id=ana)
    answer = Answer(
        outcome=SightingOutcome.UNSURE,
        reason="look_alikes",
        slug="seed6",
        cut_out_key=FileKey("sha256/dd/dd"),
        maybe_none=True,
        candidates=tuple(
            NamedCandidate(
                part_id=part,
                probability=p,
                score=s,
                rotation=UPRIGHT,
                pose=pose,
                shown=shown,
                likely=p > 0.2,
            )
            for part, p, s, pose, shown in zip(
                parts,
                (0.6, 0.3, 0.1),
                (9.0, 8.0, 1.0),
                (POSE, None, None),
                (SHOWN, None, None),
                strict=True,
            )
        ),
    )

    for _ in range(2):
        with database.transaction() as session:
            record_answer(session, sighting_id, answer, now=clock())

    with database.reading() as session:
        row = session.get_one(Sighting, sighting_id)
        assert (row.outcome, row.reason, row.decided_at) == (
            SightingOutcome.UNSURE,
            "look_alikes",
            clock(),
        )
        ranked = [session.get_one(Candidate, (sighting_id, rank)) for rank in (1, 2, 3)]
        assert [each.part_id for each in ranked] == parts
        assert [each.probability for each in ranked] == [0.6, 0.3, 0.1]
        assert ranked[0].rotation == list(UPRIGHT)
        assert session.get(Candidate, (sighting_id, 4)) is None
        assert [each.pose for each in ranked] == [POSE, None, None]
        card = sighting_card(session, sighting_id)
        assert card is not None
        assert [each.shown for each in card.candidates] == [SHOWN, None, None]
        assert [each.likely for each in card.candidates] == [True, True, False]
        assert card.maybe_none is True


def test_a_sighting_is_found_by_its_photo_its_status_line_and_its_answer(
    database: Database, clock: Clock, ana: int
) -> None:
    with database.transaction() as session:
        opened = open_sighting(session, NewSighting(person_id=ana, chat_id=7), now=clock())
        mine = opened.sighting_id
        add_photo(session, mine, _photo(11))
        job = NewJob(kind=JobKind.IDENTIFY, sighting_id=mine, chat_id=7, status_message_id=12)
        queue_job(session, job, now=clock())
        note_answer_message(session, mine, message_id=13)
        a_sighting(session, clock, person_id=ana, chat_id=9)

    with database.reading() as session:
        found = [sighting_of_message(session, chat_id=7, message_id=n) for n in range(10, 15)]
        assert found == [None, mine, mine, mine, None]
        assert sighting_of_message(session, chat_id=9, message_id=11) is None


def test_ones_last_sighting_is_of_this_chat_and_counts_towards_the_limit(
    database: Database, clock: Clock, ana: int
) -> None:
    start = clock()
    with database.transaction() as session:
        a_sighting(session, clock, person_id=ana)
        clock.advance(timedelta(seconds=40))
        latest = a_sighting(session, clock, person_id=ana)
        a_sighting(session, clock, person_id=ana, chat_id=8)

    with database.reading() as session:
        assert last_sighting(session, person_id=ana, chat_id=7) == latest
        assert last_sighting(session, person_id=ana, chat_id=99) is None
        assert sightings_since(session, person_id=ana, since=start) == 3
        assert sightings_since(session, person_id=ana, since=clock()) == 2
