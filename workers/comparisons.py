"""Look for the look-alikes of parts that came before there were any, or that missed some.

Parts stay searchable meanwhile. The sweeper queues a few at a time, as it does with missing
signatures; a job like this is told to nobody and draws nothing.
"""

import structlog

from catalog.files import FileGone, FileKey
from catalog.jobs import NewJob, queue_job
from catalog.leases import LeasedJob
from catalog.look_alikes import SKETCH, keep_kin
from catalog.signatures import being_described, parts_to_describe
from catalog.tables import JobKind
from workers.descriptions import AT_ONCE, SIGNATURE
from workers.lease import Lease
from workers.look_alikes import compare_with_others, mesh_of
from workers.shop import Shop
from workers.stages import Stage

_log = structlog.get_logger(__name__)


def queue_what_is_not_compared(shop: Shop) -> int:
    """Queue the next few ready parts whose look-alikes nobody has looked for; how many."""
    with shop.database.transaction() as session:
        room = AT_ONCE - being_described(session, SKETCH)
        parts = parts_to_describe(session, SKETCH, limit=max(0, room))
        for part_id in parts:
            job = NewJob(kind=JobKind.INDEX, part_id=part_id, facts={SIGNATURE: SKETCH})
            queue_job(session, job, now=shop.clock())
    return len(parts)


def is_comparison(job: LeasedJob) -> bool:
    """Whether a job only looks for look-alikes."""
    return job.facts.get(SIGNATURE) == SKETCH


def compare_and_settle(job: LeasedJob, *, shop: Shop, lease: Lease) -> None:
    """Look for the look-alikes of a job's part.

    Raises:
        LeaseLost: somebody else has the job; nothing was written.
    """
    if job.part_id is None:  # the table's CHECK forbids it
        raise ValueError(f"job {job.id} names no part")
    lease.note(Stage.INDEXING)
    mesh = mesh_of(job.part_id, shop)
    if mesh is None:
        raise FileGone(FileKey(f"the mesh of part {job.part_id}"))
    with shop.figures.timed(Stage.INDEXING):
        compared = compare_with_others(job.part_id, mesh, shop=shop)
    with shop.database.transaction() as session:
        lease.settle_done(session)
        if not keep_kin(session, job.part_id, compared):
            _log.info("part_compared_again", part_id=job.part_id)
