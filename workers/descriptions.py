"""Fill in what a describer has not seen: another describer, another edition, a damaged signature.

Parts stay searchable by what they have. The sweeper queues a few at a time, so that a new part
never waits long behind them; the command line describes all at once. A job like this is told to
nobody and draws nothing.
"""

from collections.abc import Callable

import structlog

from catalog.jobs import NewJob, queue_job
from catalog.leases import LeasedJob
from catalog.parts import part_of
from catalog.signatures import add_signatures, being_described, parts_to_describe, parts_without
from catalog.tables import JobKind
from vision.editions import kept_as
from workers.cells import MESH_TIME
from workers.index_part import PartGone
from workers.lease import Lease
from workers.mesh_tasks import describe
from workers.shop import Shop
from workers.stages import Stage

_log = structlog.get_logger(__name__)

#: Parts that wait to be described at any time: some seconds of work.
AT_ONCE = 20
#: What such a job knows: who describes, and the name under which that is kept.
DESCRIBER, SIGNATURE = "describer", "signature"


def fill_in_signatures(
    slug: str, shop: Shop, on_progress: Callable[[int, int], None] | None = None
) -> int:
    """Describe every ready part that this describer has not seen; how many there were."""
    with shop.database.reading() as session:
        missing = parts_without(session, kept_as(slug))
    for done, part_id in enumerate(missing, start=1):
        signature = _described(part_id, slug, shop)
        with shop.database.transaction() as session:
            add_signatures(session, part_id, {kept_as(slug): signature})
        if on_progress is not None:
            on_progress(done, len(missing))
    return len(missing)


def queue_what_is_missing(shop: Shop) -> int:
    """Queue the next few parts that some describer has not seen; how many."""
    with shop.database.transaction() as session:
        now, queued = shop.clock(), 0
        for slug in _wanted(shop):
            name = kept_as(slug)
            room = AT_ONCE - being_described(session, name)
            for part_id in parts_to_describe(session, name, limit=max(0, room)):
                facts = {DESCRIBER: slug, SIGNATURE: name}
                queue_job(
                    session, NewJob(kind=JobKind.INDEX, part_id=part_id, facts=facts), now=now
                )
                queued += 1
    return queued


def _wanted(shop: Shop) -> tuple[str, ...]:
    """Without what answers here alone, because this machine cannot have the shop's networks."""
    if shop.own is None:
        return shop.recognition.slugs
    described = shop.own.in_use().described
    return tuple(slug for slug in shop.recognition.slugs if slug in described)


def is_description(job: LeasedJob) -> bool:
    """Whether a job only fills in a signature."""
    return SIGNATURE in job.facts


def describe_and_settle(job: LeasedJob, *, shop: Shop, lease: Lease) -> None:
    """Describe a job's part for the describer that has not seen it.

    Raises:
        LeaseLost: somebody else has the job; the part is as it was.
        PartGone: there is no such part.
    """
    slug, name = str(job.facts[DESCRIBER]), str(job.facts[SIGNATURE])
    if job.part_id is None:  # the table's CHECK forbids it
        raise ValueError(f"job {job.id} names no part")
    if slug not in shop.recognition.slugs or kept_as(slug) != name:
        _log.info("description_left_to_another_version", name=name)  # it is queued again there
        with shop.database.transaction() as session:
            lease.settle_done(session)
        return
    lease.note(Stage.INDEXING)
    with shop.figures.timed(Stage.INDEXING):
        signature = _described(job.part_id, slug, shop)
    with shop.database.transaction() as session:
        lease.settle_done(session)
        add_signatures(session, job.part_id, {name: signature})


def _described(part_id: int, slug: str, shop: Shop) -> bytes:
    with shop.database.reading() as session:
        part = part_of(session, part_id)
    if part is None:
        raise PartGone(part_id)
    stl = shop.files.read(part.mesh_key)
    folder = shop.recognition.folders.get(slug)
    return shop.cells.meshes.call(describe, stl, slug, folder, wall_time=MESH_TIME)
