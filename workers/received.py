"""The summary of a file that was sent in: told once, when the last of its parts is settled.

Siblings that end at the same moment are put in a row by holding their parent's row, so that one of
them is the last, and it tells. Knows ids, words and numbers only; the chat makes sentences of them.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from catalog.deliveries import NewDelivery, write_delivery
from catalog.jobs import children_of, hold_job, unsettled_children
from catalog.tables import JobState


def hold_parent(session: Session, parent_id: int | None) -> None:
    """Make siblings wait until this transaction ends; call before settling one of them."""
    if parent_id is not None:
        hold_job(session, parent_id)


def tell_if_complete(session: Session, parent_id: int, *, now: datetime) -> None:
    """Put the summary into the outbox if no part of the file is left to be indexed.

    Its facts: added and failed part ids, what was known and refused, the order lines that belong
    to nobody yet, seconds since the file came.
    """
    if unsettled_children(session, parent_id):
        return
    parent = hold_job(session, parent_id)
    if parent.chat_id is None or parent.state is not JobState.DONE:
        return
    children = children_of(session, parent_id)
    facts = {
        "added": [child.part_id for child in children if child.state is JobState.DONE],
        "failed": [
            {"part_id": child.part_id, "code": child.reason}
            for child in children
            if child.state is JobState.GIVEN_UP
        ],
        "known": parent.facts.get("known", []),
        "refused": parent.facts.get("refused", []),
        "unclaimed": parent.facts.get("unclaimed", []),
        "ignored": parent.facts.get("ignored", 0),
        "batch": parent.facts.get("batch_set"),
        "elapsed_s": (now - parent.created_at).total_seconds(),
    }
    delivery = NewDelivery(kind="received", chat_id=parent.chat_id, job_id=parent_id, facts=facts)
    write_delivery(session, delivery, now=now)
