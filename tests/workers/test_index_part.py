import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image
from sqlalchemy import select

from catalog.files import FileKey
from catalog.jobs import NewJob, queue_job
from catalog.meshes.binary_stl import corners_back
from catalog.parts import part_of
from catalog.signatures import catalogue_version, searchable
from catalog.tables import Delivery, JobKind, PartState, Queue
from tests.fakes.catalogued import pending_part, searchable_part
from tests.fakes.files import EventfulFileStore
from tests.fakes.floor_jobs import CHAT, file_job, told
from tests.fakes.power_cut import PowerCut
from tests.fakes.printed import sample, stl
from workers.index_part import PartGone, index_part
from workers.look_alikes import TRIANGLES_MOST
from workers.shop import Shop
from workers.stages import Stage
from workers.work import End, work_on

CATALOG = Queue.CATALOG


def test_a_part_is_drawn_described_and_searchable(sqlite_shop: Shop) -> None:
    part_id = pending_part(sqlite_shop, "hook", sample("wall-hook"))
    seen: list[tuple[Stage, int, int]] = []

    index_part(part_id, sqlite_shop, on_progress=lambda *step: seen.append(step))

    with sqlite_shop.database.reading() as session:
        part = part_of(session, part_id)
        assert part is not None
        assert part.drawn_key is None
        assert part.state is PartState.READY
        assert searchable(session, "hash-aligned") == {part_id: catalogue_version(session)}
    assert seen == [
        (Stage.READING, 0, 0),
        (Stage.RENDERING, 0, 3),
        (Stage.RENDERING, 1, 3),
        (Stage.INDEXING, 2, 3),
    ]
    for key, size in ((part.preview_key, (512, 512)), (part.sheet_key, (1024, 512))):
        assert key is not None
        picture = Image.open(io.BytesIO(sqlite_shop.files.read(key)))
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", size)
        shown = np.asarray(picture)[..., 3] > 0
        assert 0.05 < shown.mean() < 0.95


@pytest.mark.slow
def test_a_fine_mesh_is_made_coarser_once_for_the_pictures_of_answers(sqlite_shop: Shop) -> None:
    fine = trimesh.creation.icosphere(subdivisions=6, radius=20)
    part_id = pending_part(sqlite_shop, "ball", fine)

    index_part(part_id, sqlite_shop)

    with sqlite_shop.database.reading() as session:
        part = part_of(session, part_id)
    assert part is not None
    assert part.drawn_key is not None
    drawn = corners_back(sqlite_shop.files.read(part.drawn_key))
    assert len(fine.faces) > TRIANGLES_MOST
    assert len(drawn) < TRIANGLES_MOST / 2
    assert np.allclose(np.linalg.norm(drawn.reshape(-1, 3), axis=1), 20, rtol=0.01)


@pytest.mark.slow
def test_the_preview_has_the_colour_that_was_ordered(sqlite_shop: Shop) -> None:
    job_id = file_job(
        sqlite_shop, stl(sample("wall-hook")), "hook.stl", caption="material: PETG red"
    )
    work_on(job_id, CATALOG, shop=sqlite_shop)

    index_part(1, sqlite_shop)

    with sqlite_shop.database.reading() as session:
        part = part_of(session, 1)
    assert part is not None
    assert part.preview_key is not None
    picture = np.asarray(Image.open(io.BytesIO(sqlite_shop.files.read(part.preview_key))))
    red, green, blue = picture[picture[..., 3] > 200][:, :3].mean(axis=0)
    assert red > 2 * max(green, blue)


def test_a_sent_file_is_indexed_and_told_when_its_only_part_is_ready(sqlite_shop: Shop) -> None:
    parent = file_job(sqlite_shop, stl(sample("wall-hook")), "hook.stl")
    work_on(parent, CATALOG, shop=sqlite_shop)
    assert told(sqlite_shop) == []

    assert work_on(parent + 1, CATALOG, shop=sqlite_shop) is End.DONE

    assert told(sqlite_shop) == [("received", parent)]
    with sqlite_shop.database.reading() as session:
        facts = session.scalars(select(Delivery.facts)).one()
        assert facts["added"] == [1]
        assert facts["failed"] == []


@pytest.mark.slow
def test_an_admins_re_index_tells_by_itself(sqlite_shop: Shop) -> None:
    part_id = searchable_part(sqlite_shop, "hook", sample("wall-hook"))
    with sqlite_shop.database.transaction() as session:
        before = catalogue_version(session)
        new = NewJob(kind=JobKind.INDEX, part_id=part_id, chat_id=CHAT)
        job_id = queue_job(session, new, now=sqlite_shop.clock())

    assert work_on(job_id, CATALOG, shop=sqlite_shop) is End.DONE

    with sqlite_shop.database.reading() as session:
        delivery = session.scalars(select(Delivery)).one()
        assert (delivery.kind, delivery.facts["part_id"]) == ("indexed", part_id)
        assert searchable(session, "hash-aligned") == {part_id: before + 1}


def test_a_part_is_searchable_or_it_is_not_when_the_power_goes(
    sqlite_shop: Shop, tmp_path: Path
) -> None:
    part_id = pending_part(sqlite_shop, "hook", sample("wall-hook"))

    class Dying(EventfulFileStore):
        def keep(self, data: bytes) -> FileKey:
            raise PowerCut(len(data))

    dying = replace(sqlite_shop, files=Dying(tmp_path / "files", before_reading=lambda: None))
    with pytest.raises(PowerCut):
        index_part(part_id, dying)

    with sqlite_shop.database.reading() as session:
        part = part_of(session, part_id)
        assert part is not None
        assert (part.state, part.preview_key) == (PartState.PENDING, None)
        assert searchable(session, "hash-aligned") == {}


def test_a_part_that_is_not_there_is_named(sqlite_shop: Shop) -> None:
    with pytest.raises(PartGone, match="no part 99"):
        index_part(99, sqlite_shop)
