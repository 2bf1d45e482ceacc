"""Which parts can be taken for each other."""

from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from catalog.tables.base import Base, Json, states


class Relation(Enum):
    """How two parts resemble each other; the same three words as in vision."""

    MIRRORED = "mirrored"
    SCALED = "scaled"
    NEAR_TWIN = "near_twin"


class LookAlike(Base):
    """Two parts that can be taken for each other: one row a pair, so that both sides agree."""

    __tablename__ = "look_alikes"
    __table_args__ = (
        CheckConstraint("low_id < high_id", name="one_row_a_pair"),
        Index(None, "high_id"),
    )

    low_id: Mapped[int] = mapped_column(
        ForeignKey("parts.id", ondelete="CASCADE"), primary_key=True
    )
    high_id: Mapped[int] = mapped_column(
        ForeignKey("parts.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[Relation] = mapped_column(states(Relation))
    #: 0..1, the share of both drawings, from all around, that is the same.
    alike: Mapped[float]
    #: What differs and from where it is seen, in words and numbers of vision; of low to high.
    details: Mapped[dict[str, Any]] = mapped_column(Json)
