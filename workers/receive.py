"""Take in a file that an admin sent: its parts, their orders, and a job for each new one.

Reading and comparing come first and change nothing; then parts, order lines, jobs and the end of
this job are written in one transaction. Every reading of the file is done in a cell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from catalog.batches import set_batch
from catalog.files import FileKey
from catalog.jobs import NewJob, add_facts, queue_job
from catalog.leases import LeasedJob
from catalog.order_caption import parse_caption
from catalog.order_fields import OrderDetails
from catalog.tables import JobKind, Queue
from workers.lease import Lease
from workers.read_file import FileRead, FoundPart, RefusedFile, read_file
from workers.received import tell_if_complete
from workers.shop import Shop
from workers.stages import Stage
from workers.take_in import (
    Added,
    CatalogueMoved,
    Compared,
    Known,
    compare_with_catalogue,
    take_in,
    without_twins,
)

#: Somebody else adds the same shapes at the same moment: once is chance, five times a fault.
_COMPARED_AGAIN_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """What a RECEIVE job's facts say; the one place that reads them."""

    key: FileKey
    name: str
    caption: str
    batch: str = ""

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "SentFile":
        return cls(
            key=FileKey(facts["file_key"]),
            name=str(facts["file_name"]),
            caption=str(facts.get("caption") or ""),
            batch=str(facts.get("batch") or ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Intake:
    """All that a file gives, compared with the catalogue and not yet written.

    Attributes:
        order: what is ordered of each part; None: nothing, the file tells what lies on a plate.
        batch: the name of that plate, or "".
    """

    read: FileRead
    order: OrderDetails | None
    batch: str
    compared: tuple[Compared, ...]


def receive_file(job: LeasedJob, *, shop: Shop, lease: Lease) -> None:
    """Take in a job's file; nothing is changed unless all of it can be.

    Raises:
        Unreadable: the file or its caption is of no use.
        LeaseLost: somebody else has the job; nothing was written.
    """
    sent = SentFile.of(job.facts)
    order = None if sent.batch else parse_caption(sent.caption)
    lease.note(Stage.READING)
    with shop.figures.timed(Stage.READING):
        read = read_file(
            shop.files.read(sent.key),
            sent.name,
            shop=shop,
            on_file=partial(lease.note, Stage.READING),
        )
        parts = without_twins(read.parts, shop=shop)
    for _ in range(_COMPARED_AGAIN_MAX):
        compared = _compared(parts, shop, lease)
        intake = _Intake(read=read, order=order, batch=sent.batch, compared=compared)
        try:
            children = _write(job, intake, shop=shop, lease=lease)
        except CatalogueMoved:
            continue
        for child in children:
            shop.doorbell.ring(child, Queue.CATALOG)
        return
    raise CatalogueMoved


def _compared(parts: Sequence[FoundPart], shop: Shop, lease: Lease) -> tuple[Compared, ...]:
    compared = []
    for done, part in enumerate(parts):
        lease.note(Stage.READING, done, len(parts))
        compared.append(compare_with_catalogue(part, shop=shop))
    return tuple(compared)


def _write(job: LeasedJob, intake: _Intake, *, shop: Shop, lease: Lease) -> list[int]:
    """Write parts, orders and jobs, and settle this one; the new jobs."""
    with shop.database.transaction() as session:
        now = shop.clock()
        lease.settle_done(session)
        taken = [
            take_in(session, each, order=intake.order, added_by=job.person_id, now=now)
            for each in intake.compared
        ]
        children = [
            queue_job(session, _child(job, each.part_id), now=now)
            for each in taken
            if isinstance(each, Added) or each.failed
        ]
        facts = _facts(taken, intake)
        if intake.batch and taken:
            ids = list(dict.fromkeys(each.part_id for each in taken))
            set_batch(session, intake.batch, ids, made_by=job.person_id, now=now)
            facts["batch_set"] = {"name": intake.batch, "parts": len(ids)}
        add_facts(session, job.id, facts)
        tell_if_complete(session, job.id, now=now)
    return children


def _child(job: LeasedJob, part_id: int) -> NewJob:
    """Its progress shows in the message that answers the file."""
    return NewJob(
        kind=JobKind.INDEX,
        part_id=part_id,
        parent_id=job.id,
        person_id=job.person_id,
        chat_id=job.chat_id,
        status_message_id=job.status_message_id,
    )


def _facts(taken: Sequence[Added | Known], intake: _Intake) -> dict[str, Any]:
    """What the summary will have to say, in words of the contract with the chat."""
    known = [each for each in taken if isinstance(each, Known) and not each.failed]
    is_nobodys = intake.order is not None and intake.order.customer is None
    nobodys = [each.order_line_id for each in taken if is_nobodys]
    return {
        "known": [
            {"part_id": each.part_id, "order_line_id": each.order_line_id, "turned": each.turned}
            for each in known
        ],
        "refused": [_refusal(each) for each in intake.read.refused],
        "unclaimed": nobodys,
        "ignored": intake.read.ignored,
    }


def _refusal(refused: RefusedFile) -> dict[str, Any]:
    return {"name": refused.name, "code": refused.why.code, "arguments": refused.why.facts}
