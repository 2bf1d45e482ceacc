"""People choose another piece of a photo, and its sighting is looked at again.

The sighting goes back to undecided and its one job back to the queue, in one transaction, so that
what was shown before can no longer be confirmed. Knows no pixels: cut-outs are numbers here. All
instants are aware UTC and handed in.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from catalog.jobs import queue_again
from catalog.sightings import photos_of
from catalog.tables import Candidate, Sighting
from catalog.verdicts import standing_verdict

#: The fact in which a job finds the cut-out that was chosen.
CUT_OUT_FACT = "cut_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Somebody wants another piece of a sighting's first photo looked at.

    Attributes:
        number: the place of its cut-out among the plausible ones.
        message_id: the message that becomes the new answer; None: the one before.
    """

    sighting_id: int
    number: int
    message_id: int | None = None


def choose_cut_out(session: Session, chosen: Chosen, *, now: datetime) -> int | None:
    """Queue the sighting's job again for another cut-out; None where there is nothing to do.

    Nothing is to be done when it is being looked at, shows that piece already, has no such piece,
    was settled by a person, or its photos are forgotten.
    """
    row = session.get_one(
        Sighting, chosen.sighting_id, with_for_update=True, populate_existing=True
    )
    if row.outcome is None or chosen.number == row.cut_out_number:
        return None
    if not 0 <= chosen.number < row.cut_outs or not photos_of(session, row.id):
        return None
    if standing_verdict(session, row.id) is not None:
        return None
    job_id = queue_again(
        session,
        row.id,
        facts={CUT_OUT_FACT: chosen.number},
        status_message_id=chosen.message_id or row.answer_message_id,
        now=now,
    )
    if job_id is None:
        return None
    session.execute(delete(Candidate).where(Candidate.sighting_id == row.id))
    row.outcome = row.decided_at = row.reason = None
    session.flush()
    return job_id
