"""Let the admins know that something was given up, without burying them in it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from catalog.deliveries import NewDelivery, write_delivery, written_since
from catalog.people import admins

KIND = "trouble"
#: An admin hears of trouble no more often than this; /health has the rest.
PAUSE = timedelta(minutes=10)


def tell_admins(session: Session, *, person: str, now: datetime) -> None:
    """Write to each admin, in the transaction that gives up."""
    for admin in admins(session):
        if not written_since(session, KIND, chat_id=admin.telegram_id, since=now - PAUSE):
            told = NewDelivery(kind=KIND, chat_id=admin.telegram_id, facts={"person": person})
            write_delivery(session, told, now=now)
