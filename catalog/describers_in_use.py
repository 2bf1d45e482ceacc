"""Which slug of a describer answers, which one is to follow it, and which one it followed.

Another one follows when every part that can be found is described for it, in one transaction that
moves the catalogue's version: no search ever misses a part. What answered before is described along
for a while, so that going back takes no time. Slugs are opaque; under which names their signatures
are kept, the caller says.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from catalog.signatures import hold_catalogue, move_version
from catalog.tables import DescriberInUse, Part, PartSignature, PartState

#: How long parts are described along for what answered before: a shop's slow week and a holiday.
LEFT_KEPT = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """What answers; coming and left as in the table."""

    family: str
    slug: str
    coming: str | None = None
    left: str | None = None
    turned_at: datetime | None = None

    @property
    def described(self) -> tuple[str, ...]:
        """All that parts are described for, what answers first."""
        named = (self.slug, self.coming, self.left)
        return tuple(dict.fromkeys(each for each in named if each is not None))


def in_use(session: Session, family: str) -> InUse:
    """What answers now."""
    row = session.get(DescriberInUse, family, populate_existing=True)
    if row is None:
        return InUse(family=family, slug=family)
    return InUse(
        family=family, slug=row.slug, coming=row.coming, left=row.left, turned_at=row.turned_at
    )


def let_come(session: Session, family: str, slug: str, *, now: datetime) -> InUse:
    """Have parts described for a slug, which answers when all are; what answers already stays."""
    row = session.get(DescriberInUse, family, populate_existing=True, with_for_update=True)
    if row is None:
        row = DescriberInUse(family=family, slug=family, turned_at=now)
        session.add(row)
    row.coming = None if row.slug == slug else slug
    session.flush()
    return in_use(session, family)


def call_off(session: Session, family: str) -> None:
    """Let what answers now stay."""
    row = session.get(DescriberInUse, family, populate_existing=True, with_for_update=True)
    if row is not None:
        row.coming = None
        session.flush()


def not_described(session: Session, *, old: str, new: str) -> int:
    """How many parts can be found under one name of signatures and not under another."""
    other = aliased(PartSignature)
    has_new = select(other.part_id).where(other.part_id == Part.id, other.slug == new).exists()
    return session.scalars(
        select(func.count())
        .select_from(Part)
        .join(PartSignature, PartSignature.part_id == Part.id)
        .where(Part.state == PartState.READY, PartSignature.slug == old, ~has_new)
    ).one()


def turn(session: Session, use: InUse, *, old: str, new: str, now: datetime) -> bool:
    """Let what is coming answer, if all parts are described for it and nobody decided otherwise.

    Args:
        session: of the transaction in which it is done.
        use: what was seen before.
        old: the name that signatures of `use.slug` are kept under.
        new: the same of `use.coming`.
        now: the moment.
    """
    hold_catalogue(session)
    if in_use(session, use.family) != use or use.coming is None:
        return False
    if not_described(session, old=old, new=new):
        return False
    row = session.get_one(DescriberInUse, use.family)
    row.slug, row.coming, row.left, row.turned_at = use.coming, None, use.slug, now
    move_version(session)
    return True


def let_go(session: Session, use: InUse) -> bool:
    """Describe no more parts for what answered before; False when something changed meanwhile."""
    hold_catalogue(session)
    if use.left is None or in_use(session, use.family) != use:
        return False
    session.get_one(DescriberInUse, use.family).left = None
    session.flush()
    return True


def forget_all(session: Session, name: str, *, limit: int) -> int:
    """Forget some signatures of a name that nobody needs; how many there were."""
    some = select(PartSignature.part_id).where(PartSignature.slug == name).limit(limit)
    part_ids = list(session.scalars(some))
    session.execute(
        delete(PartSignature)
        .where(PartSignature.slug == name, PartSignature.part_id.in_(part_ids))
        .execution_options(synchronize_session=False)
    )
    return len(part_ids)
