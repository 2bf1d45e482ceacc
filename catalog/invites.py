"""Links that make one stranger a person, once, for a while.

The token is 256 random bits; only its SHA-256 is kept, so a copy of the database opens no door.
Looking a digest up by index tells nothing useful about a token that cannot be guessed; the digest
found is compared in constant time all the same.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog.people import Guest, Known, enroll
from catalog.tables import Invite, Role

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvite:
    """An invite just made: the only moment at which its token is known."""

    token: str
    role: Role
    expires_at: datetime


def make_invite(
    session: Session, role: Role, *, made_by: int | None, now: datetime, good_for: timedelta
) -> NewInvite:
    """Make a link for one person; `made_by` is None on the command line."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = now + good_for
    session.add(
        Invite(
            token_sha256=_digest(token),
            role=role,
            made_by=made_by,
            made_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()
    return NewInvite(token=token, role=role, expires_at=expires_at)


def use_invite(session: Session, token: str, guest: Guest, *, now: datetime) -> Known | None:
    """Enrol the guest; None when the token is unknown, used or expired.

    Of two guests with the same token one gets in: the row is claimed by a guarded UPDATE.
    """
    digest = _digest(token)
    row = session.scalars(select(Invite).where(Invite.token_sha256 == digest)).one_or_none()
    if row is None or not secrets.compare_digest(row.token_sha256, digest):
        return None
    claimed = session.execute(
        update(Invite)
        .where(Invite.id == row.id, Invite.used_at.is_(None), Invite.expires_at > now)
        .values(used_at=now)
        .returning(Invite.id)
        .execution_options(synchronize_session=False)
    ).first()
    if claimed is None:
        return None
    known = enroll(session, guest, role=row.role, now=now)
    session.execute(update(Invite).where(Invite.id == row.id).values(used_by=known.id))
    return known


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
