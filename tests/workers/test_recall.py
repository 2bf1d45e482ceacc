import numpy as np
import pytest

from catalog.confirmed import Unremembered, remember
from catalog.database import Database
from catalog.files import FileKey
from catalog.look_alikes import Compared, Kin, keep_kin
from catalog.switches import Turnable, turn
from catalog.tables import Relation, SightingPhoto
from catalog.verdicts import Said, say, undo
from tests.catalog.shop_rows import NOON, part, person, sighting
from vision.confirmed import opened
from vision.editions import kept_as
from vision.learned import EMBEDDED_ROLLS, WIDTH
from workers.recall import NOTHING_RECALLED, Recall, RecalledPhotos, joined

SLUG = "learned"


def _data(number: int) -> bytes:
    return np.full((EMBEDDED_ROLLS, WIDTH), number, np.int8).tobytes()


def _confirm(database: Database, part_name: str, number: int) -> tuple[int, int]:
    """A part, and a sighting whose photo is confirmed to show it and remembered."""
    with database.transaction() as session:
        ana = person(session, f"Ana {number}", telegram_id=number)
        hook = part(session, part_name)
        seen = sighting(session, ana, hook, message_id=number)
        session.query(SightingPhoto).filter_by(sighting_id=seen).one().file_key = f"k{number}"
        said = say(session, sighting_id=seen, part_id=hook, person_id=ana, now=NOON)
        assert isinstance(said, Said)
        photo = Unremembered(
            verdict_id=said.verdict_id, part_id=hook, cut_out_key=FileKey("sha256/cu/t")
        )
        remember(session, photo, name=kept_as(SLUG), data=_data(number), now=NOON)
    return hook, seen


def test_confirmed_photos_count_when_they_are_switched_in(sqlite_database: Database) -> None:
    hook, _ = _confirm(sqlite_database, "hook", 1)
    recall = Recall(sqlite_database, SLUG)

    assert recall.current() is NOTHING_RECALLED
    assert recall.everything().part_ids == (hook,)
    with sqlite_database.transaction() as session:
        turn(session, Turnable.VERDICTS, on=True, now=NOON)

    found = recall.current()
    assert (found.part_ids, found.photo_keys) == ((hook,), (frozenset({FileKey("k1")}),))
    assert found.photos.shape == (1, EMBEDDED_ROLLS, WIDTH)


def test_what_is_confirmed_or_undone_meanwhile_is_noticed(sqlite_database: Database) -> None:
    recall = Recall(sqlite_database, SLUG)
    assert recall.everything().part_ids == ()
    hook, seen = _confirm(sqlite_database, "hook", 1)
    before = recall.everything()
    clip, _ = _confirm(sqlite_database, "clip", 2)

    both = recall.everything()
    with sqlite_database.transaction() as session:
        undo(session, sighting_id=seen, person_id=1, now=NOON)
    after = recall.everything()

    assert (before.part_ids, both.part_ids, after.part_ids) == ((hook,), (hook, clip), (clip,))
    assert after.photos[0, 0, 0] == 2
    assert recall.everything() is after


def test_another_describers_memory_is_not_read(sqlite_database: Database) -> None:
    _confirm(sqlite_database, "hook", 1)

    assert Recall(sqlite_database, "other").everything().part_ids == ()


def test_the_likest_of_a_parts_photos_speaks_for_it() -> None:
    one = RecalledPhotos(
        part_ids=(7, 8, 7),
        labels=("a", "b", "c"),
        photos=opened([_data(n) for n in range(3)]),
        photo_keys=(frozenset(),) * 3,
    )

    told = joined([one, NOTHING_RECALLED]).odds_from(np.array([0.65, 0.2, 0.75], np.float32))

    assert told == {7: pytest.approx(1.5, abs=1e-4), 8: 0.0}
    assert NOTHING_RECALLED.odds_of([]) == {}


def test_a_confirmed_photo_never_decides_between_look_alikes(sqlite_database: Database) -> None:
    left, _ = _confirm(sqlite_database, "left", 1)
    recall = Recall(sqlite_database, SLUG)
    alone = recall.everything()
    with sqlite_database.transaction() as session:
        right = part(session, "right")
        assert keep_kin(session, left, Compared(sketch=b"one", seen=frozenset({right}), kin=()))
        mirrored = Kin(
            part_id=left, other_id=right, relation=Relation.MIRRORED, alike=0.99,
            details={"difference": "side", "factor": 1.0},
        )  # fmt: skip
        assert keep_kin(
            session, right, Compared(sketch=b"two", seen=frozenset({left}), kin=(mirrored,))
        )
    likeness = np.array([0.8], np.float32)

    told = recall.everything().odds_from(likeness)

    assert list(alone.odds_from(likeness)) == [left]
    assert told[left] == told[right] == pytest.approx(2.25, abs=1e-4)
    assert joined([recall.everything()]).odds_from(likeness) == told
