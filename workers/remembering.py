"""Remember photos that people confirmed, behind everybody's back.

The sweeper queues the parts that have such photos, a few at a time; nobody is told. It is done
whether they count or not, so that `whoseprint learn` can show what they would change. The cut-out
that the answer was about is read back as it was kept; photos past their time teach nothing more.
"""

import structlog

from catalog.confirmed import (
    REMEMBER_FACT,
    parts_to_remember,
    remember,
    unremembered,
)
from catalog.files import FileGone
from catalog.jobs import NewJob, queue_job
from catalog.leases import LeasedJob
from catalog.tables import JobKind
from vision import confirmed
from vision.editions import kept_as
from vision.networks import Networks
from workers.cut_outs import cut_out_from
from workers.lease import Lease
from workers.shop import Shop
from workers.stages import Stage

_log = structlog.get_logger(__name__)


class CutOutsLost(Exception):
    """Some of what was kept of a part's confirmed photos is gone or damaged."""

    def __init__(self, part_id: int, photos: int) -> None:
        super().__init__(part_id, photos)
        self.part_id, self.photos = part_id, photos

    def __str__(self) -> str:
        return f"{self.photos} cut-outs of part {self.part_id} cannot be read"


#: Parts whose photos are queued in one sweep: a photo takes a tenth of a second.
AT_ONCE = 5


def queue_what_is_not_remembered(shop: Shop) -> int:
    """Queue a few parts with confirmed photos that were not looked at; how many."""
    slug = shop.recognition.describer.slug
    if not confirmed.remembers(slug):
        return 0
    name = kept_as(slug)
    with shop.database.reading() as session:
        waiting = parts_to_remember(session, name, limit=AT_ONCE)
    if not waiting:
        return 0
    with shop.database.transaction() as session:
        parts = parts_to_remember(session, name, limit=AT_ONCE)
        for part_id in parts:
            job = NewJob(kind=JobKind.INDEX, part_id=part_id, facts={REMEMBER_FACT: name})
            queue_job(session, job, now=shop.clock())
    return len(parts)


def remember_all(shop: Shop) -> int:
    """Remember all that waits, without a queue; how many photos."""
    slug, done = shop.recognition.describer.slug, 0
    if not confirmed.remembers(slug):
        return 0
    with shop.database.reading() as session:
        parts = parts_to_remember(session, kept_as(slug), limit=10**6)
    for part_id in parts:
        kept, lost = _remembered(part_id, kept_as(slug), shop)
        done += kept
        if lost:
            _log.warning("cut_outs_lost", part_id=part_id, photos=lost)
    return done


def is_remembering(job: LeasedJob) -> bool:
    """Whether a job only looks at confirmed photos of its part."""
    return REMEMBER_FACT in job.facts


def remember_and_settle(job: LeasedJob, *, shop: Shop, lease: Lease) -> None:
    """Look at a part's confirmed photos; done twice, the same rows are kept.

    Raises:
        LeaseLost: somebody else has the job.
        CutOutsLost: some cannot be read; the others are remembered. So it is given up before long,
            and not queued in each sweep.
    """
    if job.part_id is None:  # the table's CHECK forbids it
        raise ValueError(f"job {job.id} names no part")
    lease.note(Stage.INDEXING)
    name = kept_as(shop.recognition.describer.slug)
    if str(job.facts[REMEMBER_FACT]) == name:  # another version's it is left to
        _, lost = _remembered(job.part_id, name, shop)
        if lost:
            raise CutOutsLost(job.part_id, lost)
    with shop.database.transaction() as session:
        lease.settle_done(session)


def _remembered(part_id: int, name: str, shop: Shop) -> tuple[int, int]:
    """How many photos were kept, and how many cannot be read."""
    with shop.database.reading() as session:
        waiting = unremembered(session, part_id, name)
    networks = Networks(shop.recognition.folders.get(shop.recognition.describer.slug))
    kept = lost = 0
    for photo in waiting:
        try:
            cut_out = cut_out_from(shop.files.read(photo.cut_out_key))
        except (FileGone, OSError):  # or its time ran out since; then it is not asked for again
            lost += 1
            continue
        data = confirmed.remembered(cut_out, networks)
        with shop.database.transaction() as session:
            kept += remember(session, photo, name=name, data=data, now=shop.clock())
    return kept, lost
