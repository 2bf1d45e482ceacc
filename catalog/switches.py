"""What a command has turned on or off for every process of the shop.

A setting says how a process runs and is read once; a switch is the shop's and holds from the next
photo on: turning one moves the catalogue's version, which every worker looks at.
"""

from datetime import datetime
from enum import Enum

from sqlalchemy.orm import Session

from catalog.signatures import move_version
from catalog.tables import Switch


class Turnable(Enum):
    """What can be turned."""

    #: Confirmed photos are further signatures of their parts.
    VERDICTS = "verdicts"


def is_on(session: Session, what: Turnable) -> bool:
    """Whether it is on; off until somebody turns it on."""
    row = session.get(Switch, what.value)
    return row is not None and row.is_on


def turn(session: Session, what: Turnable, *, on: bool, now: datetime) -> bool:
    """Turn it on or off; False when it was so already."""
    if is_on(session, what) == on:
        return False
    move_version(session)
    row = session.get(Switch, what.value)
    if row is None:
        row = Switch(name=what.value)
        session.add(row)
    row.is_on, row.turned_at = on, now
    session.flush()
    return True
