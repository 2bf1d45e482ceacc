import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray

from catalog.database import Database
from catalog.files import FileKey
from catalog.jobs import NewJob, queue_job
from catalog.leases import Failure, give_up, take_lease
from catalog.parts import mark_ready, retire
from catalog.signatures import add_signatures, parts_without
from catalog.tables import JobKind
from tests.fakes.clock import Clock
from tests.fakes.shop_floor import a_part
from vision import CutOut, Describer, Index, Mesh, Signature
from vision.describers import describer
from vision.signature import pack
from workers.catalogue_index import CatalogueBeingPrepared, CatalogueIndex

KEY = FileKey("sha256/ee/ee")


class Counting:
    """seed6, and how many signatures it was handed to open."""

    def __init__(self) -> None:
        self._real: Describer = describer("seed6")
        self.slug = self._real.slug
        self.opened: list[int] = []

    def describe_part(self, mesh: Mesh) -> Signature:
        return self._real.describe_part(mesh)

    def open_index(self, signatures: Sequence[Signature]) -> Index:
        self.opened.append(len(signatures))
        return self._real.open_index(signatures)


def _described(mesh: trimesh.Trimesh) -> bytes:
    solid = Mesh(
        vertices_mm=np.asarray(mesh.vertices, np.float64), faces=np.asarray(mesh.faces, np.int32)
    )
    return bytes(SEED6.describe_part(solid))


SEED6 = describer("seed6")
SIGNATURES = [
    _described(trimesh.creation.box((30, 20, 5))),
    _described(trimesh.creation.cone(10, 30)),
    _described(trimesh.creation.icosphere(radius=10)),
]


def _ready(database: Database, name: str, signature: bytes, *, slug: str = "seed6") -> int:
    with database.transaction() as session:
        part_id = a_part(session, Clock(), name=name)
        mark_ready(session, part_id, preview_key=KEY, sheet_key=KEY, signatures={slug: signature})
        return part_id


def _found(index: CatalogueIndex) -> set[int]:
    return {match.part_id for match in index.current().search([_a_cut_out()], 10)}


def _a_cut_out() -> CutOut:
    mask: NDArray[np.float32] = np.zeros((64, 64), np.float32)
    mask[16:48, 20:44] = 1
    rgb = np.repeat((mask * 200).astype(np.uint8)[..., None], 3, axis=2)
    return CutOut(rgb=rgb, mask=mask, quality=1.0, touches_frame=False)


def test_an_empty_catalogue_finds_nothing(database: Database) -> None:
    snapshot = CatalogueIndex(database, SEED6).current()

    assert (snapshot.version, snapshot.parts) == (0, 0)
    assert snapshot.search([_a_cut_out()], 5) == []


def test_a_part_is_found_by_the_next_search_after_it_became_ready(database: Database) -> None:
    index = CatalogueIndex(database, SEED6)
    first = _ready(database, "a", SIGNATURES[0])
    assert _found(index) == {first}

    second = _ready(database, "b", SIGNATURES[1])

    assert _found(index) == {first, second}


def test_only_what_is_new_is_loaded(database: Database) -> None:
    counting = Counting()
    index = CatalogueIndex(database, counting)
    _ready(database, "a", SIGNATURES[0])
    before = index.current()
    assert index.current() is before

    _ready(database, "b", SIGNATURES[1])
    after = index.current()

    assert counting.opened == [1]
    assert (before.parts, after.parts) == (1, 2)
    assert after.rows[:1] == before.rows


def test_a_retired_part_drops_out_and_rows_keep_their_parts(database: Database) -> None:
    index = CatalogueIndex(database, SEED6)
    parts = [_ready(database, f"p{n}", data) for n, data in enumerate(SIGNATURES)]
    assert _found(index) == set(parts)

    with database.transaction() as session:
        retire(session, parts[1])

    assert _found(index) == {parts[0], parts[2]}
    assert index.current().parts == 2
    assert len(index.current().search([_a_cut_out()], 1)) == 1


def test_a_part_described_anew_is_found_by_its_new_signature(database: Database) -> None:
    index = CatalogueIndex(database, SEED6)
    part_id = _ready(database, "a", SIGNATURES[0])
    [old] = index.current().search([_a_cut_out()], 5)

    with database.transaction() as session:
        add_signatures(session, part_id, {"seed6": SIGNATURES[2]})
    [new] = index.current().search([_a_cut_out()], 5)

    assert (old.part_id, new.part_id) == (part_id, part_id)
    assert old.score != new.score


def test_an_index_with_many_retired_rows_is_opened_afresh(database: Database) -> None:
    counting = Counting()
    index = CatalogueIndex(database, counting)
    parts = [_ready(database, f"p{n}", SIGNATURES[n % 3]) for n in range(40)]
    index.current()

    with database.transaction() as session:
        for part_id in parts[:33]:
            retire(session, part_id)
    snapshot = index.current()

    assert counting.opened == [40, 7]
    assert (snapshot.parts, snapshot.dead) == (7, frozenset())
    assert _found(index) == set(parts[33:])


@pytest.mark.parametrize(
    "unreadable", [b"", b"not a signature", SIGNATURES[1][:40], bytes(pack("seed6", {}))]
)
def test_a_signature_that_cannot_be_read_counts_as_missing_and_hides_no_other_part(
    database: Database, unreadable: bytes
) -> None:
    index = CatalogueIndex(database, SEED6)
    well = _ready(database, "well", SIGNATURES[0])
    assert _found(index) == {well}
    ill, later = _ready(database, "ill", unreadable), _ready(database, "later", SIGNATURES[2])

    assert _found(index) == {well, later}

    assert _found(CatalogueIndex(database, SEED6)) == {well, later}
    with database.transaction() as session:
        assert parts_without(session, "seed6") == [ill]
        add_signatures(session, ill, {"seed6": SIGNATURES[1]})
    assert _found(index) == {well, later, ill}


def test_while_parts_wait_to_be_described_no_photo_is_answered_from_the_others(
    database: Database,
) -> None:
    index = CatalogueIndex(database, SEED6)
    parts = [_ready(database, f"p{n}", data, slug="other") for n, data in enumerate(SIGNATURES)]
    with pytest.raises(CatalogueBeingPrepared, match="0 of 3 parts are ready"):
        index.current().check_prepared()

    with database.transaction() as session:
        for part_id in parts[:2]:
            add_signatures(session, part_id, {"seed6": SIGNATURES[0]})

    with pytest.raises(CatalogueBeingPrepared) as told:
        index.current().check_prepared()
    assert (told.value.described, told.value.parts) == (2, 3)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    facts = {"signature": "seed6"}
    with database.transaction() as session:  # the third cannot be described: nobody waits for it
        job = NewJob(kind=JobKind.INDEX, part_id=parts[2], facts=facts)
        job_id = queue_job(session, job, now=now)
        take_lease(session, job_id, holder="a", now=now, lease=timedelta(hours=1))
        give_up(session, job_id, Failure("failed"), holder="a", now=now)
    index.current().check_prepared()
    assert _found(index) == set(parts[:2])


def test_threads_that_search_while_parts_arrive_all_see_whole_catalogues(
    database: Database,
) -> None:
    index = CatalogueIndex(database, SEED6)
    parts = [_ready(database, "p0", SIGNATURES[0])]
    ended, seen = threading.Event(), []

    def search() -> None:
        while not ended.is_set():
            seen.append(frozenset(_found(index)))

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(1, 6):
        parts.append(_ready(database, f"p{n}", SIGNATURES[n % 3]))
    ended.set()
    for thread in threads:
        thread.join()

    whole = {frozenset(parts[: n + 1]) for n in range(6)}
    assert set(seen) <= whole
    assert _found(index) == set(parts)


@pytest.mark.parametrize("k", [1, 2])
def test_no_more_than_asked_for_come_back(database: Database, k: int) -> None:
    for n, data in enumerate(SIGNATURES):
        _ready(database, f"p{n}", data)

    matches = CatalogueIndex(database, SEED6).current().search([_a_cut_out()], k)

    assert len(matches) == k
    assert [match.score for match in matches] == sorted(
        (match.score for match in matches), reverse=True
    )
