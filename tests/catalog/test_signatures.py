import threading

from catalog.database import Database
from catalog.files import FileKey
from catalog.parts import mark_ready
from catalog.signatures import (
    add_signatures,
    catalogue_version,
    keep_signatures,
    move_version,
    parts_without,
    searchable,
    signatures_of,
)
from tests.fakes.clock import Clock
from tests.fakes.shop_floor import a_part


def _ready_part(database: Database, name: str) -> int:
    with database.transaction() as session:
        part_id = a_part(session, Clock(), name=name)
        key = FileKey("sha256/ee/ee")
        mark_ready(
            session, part_id, preview_key=key, sheet_key=key, signatures={"old": name.encode()}
        )
        return part_id


def test_the_version_counts_every_change_also_those_made_at_once(database: Database) -> None:
    start = threading.Barrier(4)

    def move_ten_times() -> None:
        start.wait()
        for _ in range(10):
            with database.transaction() as session:
                move_version(session)

    threads = [threading.Thread(target=move_ten_times) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as session:
        assert catalogue_version(session) == 40


def test_an_open_index_learns_what_is_new_by_version(database: Database) -> None:
    first, second = _ready_part(database, "a"), _ready_part(database, "b")
    with database.transaction() as session:
        version = move_version(session)
        keep_signatures(session, first, {"old": b"a again"}, version=version)

    with database.reading() as session:
        assert searchable(session, "old") == {first: 3, second: 2}
        assert signatures_of(session, "old", [first, second]) == {first: b"a again", second: b"b"}
        assert signatures_of(session, "new", [first]) == {}


def test_a_new_describer_sees_what_it_has_to_fill_in(database: Database) -> None:
    first, second = _ready_part(database, "a"), _ready_part(database, "b")
    with database.transaction() as session:
        pending = a_part(session, Clock(), name="c")
        assert parts_without(session, "new") == [first, second]
        add_signatures(session, first, {"new": b"1"})

    with database.reading() as session:
        assert parts_without(session, "new") == [second]
        assert searchable(session, "new") == {first: 3}
        assert pending not in searchable(session, "old")
