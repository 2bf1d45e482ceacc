import pytest

from catalog.database import Database
from catalog.files import FileKey
from catalog.meshes import Fingerprint
from catalog.parts import (
    NameTaken,
    find_part,
    free_name,
    mark_failed,
    mark_ready,
    names_of,
    part_of,
    rename,
    retire,
    same_shape_candidates,
)
from catalog.signatures import catalogue_version, searchable
from catalog.tables import Part, PartState
from tests.fakes.clock import Clock
from tests.fakes.shop_floor import a_part

PREVIEW, SHEET = FileKey("sha256/ee/ee"), FileKey("sha256/ff/ff")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _add(database: Database, clock: Clock, name: str, *, side_mm: float = 20) -> int:
    with database.transaction() as session:
        return a_part(session, clock, name=name, side_mm=side_mm)


def _make_ready(database: Database, part_id: int) -> bool:
    with database.transaction() as session:
        return mark_ready(
            session,
            part_id,
            preview_key=PREVIEW,
            sheet_key=SHEET,
            signatures={"seed6": b"six", "hash-aligned": b"many"},
        )


def test_a_part_becomes_searchable_with_all_that_belongs_to_it_at_once(
    database: Database, clock: Clock
) -> None:
    part_id = _add(database, clock, "Bracket M4")
    with database.reading() as session:
        assert searchable(session, "seed6") == {}

    assert _make_ready(database, part_id)

    with database.reading() as session:
        assert catalogue_version(session) == 1
        assert searchable(session, "seed6") == {part_id: 1}
        assert searchable(session, "hash-aligned") == {part_id: 1}
        part = part_of(session, part_id)
        assert part is not None
        assert (part.state, part.preview_key, part.sheet_key) == (PartState.READY, PREVIEW, SHEET)


def test_a_part_retired_while_it_was_indexed_stays_retired(
    database: Database, clock: Clock
) -> None:
    part_id = _add(database, clock, "Bracket M4")
    with database.transaction() as session:
        retire(session, part_id)

    assert not _make_ready(database, part_id)

    with database.reading() as session:
        assert searchable(session, "seed6") == {}
        assert session.get_one(Part, part_id).state is PartState.RETIRED


def test_retiring_moves_the_version_and_frees_the_name(database: Database, clock: Clock) -> None:
    part_id = _add(database, clock, "Bracket M4")
    _make_ready(database, part_id)

    with database.transaction() as session:
        retire(session, part_id)

    with database.transaction() as session:
        assert catalogue_version(session) == 2
        assert searchable(session, "seed6") == {}
        assert find_part(session, "Bracket M4") is None
        assert free_name(session, "Bracket M4") == "Bracket M4"


def test_a_failed_part_can_be_made_ready_and_a_ready_one_does_not_fail(
    database: Database, clock: Clock
) -> None:
    part_id = _add(database, clock, "Bracket M4")
    with database.transaction() as session:
        mark_failed(session, part_id)
        assert session.get_one(Part, part_id).state is PartState.FAILED

    assert _make_ready(database, part_id)
    with database.transaction() as session:
        mark_failed(session, part_id)

    with database.reading() as session:
        assert session.get_one(Part, part_id).state is PartState.READY


def test_a_name_is_in_use_once(database: Database, clock: Clock) -> None:
    _add(database, clock, "Clip")
    other = _add(database, clock, "Clip 2")

    with pytest.raises(NameTaken, match="Clip"):
        _add(database, clock, "Clip")
    with database.transaction() as session:
        with pytest.raises(NameTaken):
            rename(session, other, " Clip ")
        with pytest.raises(ValueError, match="without a name"):
            rename(session, other, "  ")
        assert rename(session, other, "Clip   12") == "Clip 12"

    with database.reading() as session:
        assert names_of(session, [other]) == {other: "Clip 12"}


def test_a_taken_name_is_counted_on(database: Database, clock: Clock) -> None:
    for name in ("Clip", "Clip (2)"):
        _add(database, clock, name)

    with database.transaction() as session:
        assert free_name(session, "Clip") == "Clip (3)"
        assert free_name(session, "  Hook\n3 ") == "Hook 3"
        assert free_name(session, "") == "part"


def test_a_part_is_found_by_name_then_by_any_case_then_by_number(
    database: Database, clock: Clock
) -> None:
    first = _add(database, clock, "clip")
    upper = _add(database, clock, "CLIP")
    number = _add(database, clock, str(first))

    with database.reading() as session:
        found = [find_part(session, text) for text in ("CLIP", "Clip", str(first), f"#{upper}")]
        assert [part.id for part in found if part] == [upper, first, number, upper]
        for nothing in ("", "clap", "999999", "9" * 40, "²", "-1"):
            assert find_part(session, nothing) is None


def test_candidates_of_the_same_shape_have_its_numbers_and_are_in_use(
    database: Database, clock: Clock
) -> None:
    cube = _add(database, clock, "cube", side_mm=20)
    _add(database, clock, "slightly larger cube", side_mm=20.5)
    gone = _add(database, clock, "retired cube", side_mm=20)
    with database.transaction() as session:
        retire(session, gone)
    spread = 20 * (5 / 36) ** 0.5
    wanted = Fingerprint(area_mm2=2400.0, volume_mm3=8000.0, spread_mm=(spread, spread, spread))

    with database.reading() as session:
        assert [part.id for part in same_shape_candidates(session, wanted)] == [cube]
