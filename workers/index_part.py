"""Make a part searchable: draw what people look at, describe what photos are compared with.

Works without the queue (`index_part`), for the command line. Drawing and describing happen in a
cell, so that a mesh that breaks them fails alone. The part becomes ready in one transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from catalog.deliveries import NewDelivery, write_delivery
from catalog.describers_in_use import in_use
from catalog.files import FileKey
from catalog.jobs import sibling_progress
from catalog.leases import LeasedJob
from catalog.look_alikes import Compared, keep_kin
from catalog.orders import material_of
from catalog.parts import KnownPart, draw_from, mark_ready, part_of
from vision.editions import kept_as
from workers.cell import CellKilled
from workers.cells import MESH_TIME
from workers.lease import Lease
from workers.look_alikes import TRIANGLES_MOST, compare_with_others
from workers.mesh_tasks import describe, portrait, sheet, thinned
from workers.received import hold_parent, tell_if_complete
from workers.shop import Shop
from workers.stages import Stage
from workers.turning import as_it_is_now

_log = structlog.get_logger(__name__)

OnProgress = Callable[[Stage, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """All that makes a part searchable; pictures are kept already, signatures by slug.

    Attributes:
        drawn_key: a coarser mesh to draw answers from, where the part's own is too fine for that.
        compared: its look-alikes; None: to be looked for later (workers/look_alikes.py).
    """

    preview_key: FileKey
    sheet_key: FileKey
    signatures: Mapping[str, bytes]
    drawn_key: FileKey | None = None
    compared: Compared | None = None


class PartGone(Exception):
    """There is no part of this id."""

    def __init__(self, part_id: int) -> None:
        super().__init__(part_id)
        self.part_id = part_id

    def __str__(self) -> str:
        return f"no part {self.part_id}"


class DescriberTurned(Exception):
    """While a part was being described, another slug began to answer."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug

    def __str__(self) -> str:
        return f"{self.slug} answers since"


def index_part(part_id: int, shop: Shop, on_progress: OnProgress | None = None) -> None:
    """Make a part searchable, from start to end.

    Raises:
        PartGone: there is none of this id.
        CellKilled: its mesh is too much for a cell.
        DescriberTurned: the networks that answer cannot be had, so nobody would find it.
    """
    shop = as_it_is_now(shop)
    indexed = draw_and_describe(part_id, shop=shop, on_progress=on_progress or _say_nothing)
    try:
        with shop.database.transaction() as session:
            make_searchable(session, part_id, indexed)
            _check_still_found(session, indexed, shop)
    except DescriberTurned as turned:
        if turned.slug not in as_it_is_now(shop).recognition.slugs:
            raise  # its networks are not to be had
        index_part(part_id, shop, on_progress)


def draw_and_describe(part_id: int, *, shop: Shop, on_progress: OnProgress) -> Indexed:
    """Draw the part's pictures and describe it for every describer; nothing is searchable yet.

    Raises:
        PartGone: there is none of this id.
        CellKilled: its mesh is too much for a cell.
    """
    on_progress(Stage.READING, 0, 0)
    with shop.figures.timed(Stage.READING):
        part, material = _part_and_material(shop, part_id)
        stl = shop.files.read(part.mesh_key)
    steps = 2 + len(shop.recognition.slugs)
    with shop.figures.timed(Stage.RENDERING):
        on_progress(Stage.RENDERING, 0, steps)
        preview = shop.cells.meshes.call(portrait, stl, material, wall_time=MESH_TIME)
        on_progress(Stage.RENDERING, 1, steps)
        sides = shop.cells.meshes.call(sheet, stl, material, wall_time=MESH_TIME)
        coarser = _coarser(part, stl, shop)
    signatures = {}
    with shop.figures.timed(Stage.INDEXING):
        for done, slug in enumerate(shop.recognition.slugs, start=2):
            on_progress(Stage.INDEXING, done, steps)
            signatures[kept_as(slug)] = shop.cells.meshes.call(
                describe, stl, slug, shop.recognition.folders.get(slug), wall_time=MESH_TIME
            )
        compared = _compared(part_id, stl if coarser is None else coarser, shop)
    return Indexed(
        preview_key=shop.files.keep(preview),
        sheet_key=shop.files.keep(sides),
        signatures=signatures,
        drawn_key=None if coarser is None else shop.files.keep(coarser),
        compared=compared,
    )


def _compared(part_id: int, stl: bytes, shop: Shop) -> Compared | None:
    """The part's look-alikes; a part is searchable even where they cannot be looked for."""
    try:
        return compare_with_others(part_id, stl, shop=shop)
    except (CellKilled, ValueError) as failure:
        _log.warning("not_compared", part_id=part_id, cause=str(failure))
        return None


def _coarser(part: KnownPart, stl: bytes, shop: Shop) -> bytes | None:
    if part.triangles <= TRIANGLES_MOST:
        return None
    return shop.cells.meshes.call(thinned, stl, wall_time=MESH_TIME)


def make_searchable(session: Session, part_id: int, indexed: Indexed) -> bool:
    """Switch the part on; False when it was retired meanwhile."""
    ready = mark_ready(
        session,
        part_id,
        preview_key=indexed.preview_key,
        sheet_key=indexed.sheet_key,
        signatures=indexed.signatures,
    )
    if ready and indexed.drawn_key is not None:
        draw_from(session, part_id, indexed.drawn_key)
    if ready and indexed.compared is not None:
        keep_kin(session, part_id, indexed.compared)
    return ready


def index_and_settle(job: LeasedJob, *, shop: Shop, lease: Lease) -> None:
    """Make a job's part searchable and say so when it was the last of its file.

    Raises:
        LeaseLost: somebody else has the job; the part is as it was.
    """
    if job.part_id is None:  # the table's CHECK forbids it
        raise ValueError(f"job {job.id} names no part")
    indexed = draw_and_describe(job.part_id, shop=shop, on_progress=_progress_for(job, shop, lease))
    with shop.database.transaction() as session:
        now = shop.clock()
        hold_parent(session, job.parent_id)  # before the job itself, as every sibling does
        lease.settle_done(session)
        make_searchable(session, job.part_id, indexed)
        _check_still_found(session, indexed, shop)
        if job.parent_id is not None:
            tell_if_complete(session, job.parent_id, now=now)
        else:
            _tell_alone(session, job, now)


def _check_still_found(session: Session, indexed: Indexed, shop: Shop) -> None:
    """No part becomes ready under signatures that nobody searches; asked after the version moved.

    Raises:
        DescriberTurned: another slug answers since; the part is described anew.
    """
    if shop.own is None:
        return
    slug = in_use(session, shop.own.family).slug
    if kept_as(slug) not in indexed.signatures:
        raise DescriberTurned(slug)


def _progress_for(job: LeasedJob, shop: Shop, lease: Lease) -> OnProgress:
    """One part shows its own steps; one of many shows how many of them are done."""
    if job.parent_id is None:
        return lease.note
    with shop.database.reading() as session:
        done, total = sibling_progress(session, job.parent_id)
    if total == 1:
        return lease.note
    return lambda _stage, _done, _total: lease.note(Stage.PARTS, done, total)


def _tell_alone(session: Session, job: LeasedJob, now: datetime) -> None:
    if job.chat_id is None:
        return
    facts = {"part_id": job.part_id, "elapsed_s": (now - job.created_at).total_seconds()}
    delivery = NewDelivery(kind="indexed", chat_id=job.chat_id, job_id=job.id, facts=facts)
    write_delivery(session, delivery, now=now)


def _part_and_material(shop: Shop, part_id: int) -> tuple[KnownPart, str]:
    with shop.database.reading() as session:
        part = part_of(session, part_id)
        if part is None:
            raise PartGone(part_id)
        return part, material_of(session, part_id)


def _say_nothing(_stage: Stage, _done: int, _total: int) -> None:
    """For callers that do not watch."""
