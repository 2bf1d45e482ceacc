"""Rows counted for the figures that operators watch."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.tables import Verdict


def verdicts_by_fate(session: Session) -> dict[str, int]:
    """Verdicts that stand, and those that were undone."""
    standing = Verdict.undone_at.is_(None)
    counts = {"standing": 0, "undone": 0}
    for stands, count in session.execute(select(standing, func.count()).group_by(standing)):
        counts["standing" if stands else "undone"] += count
    return counts
