"""What the shop prints and for whom: customers, parts, signatures, order lines."""

from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.tables.base import Base, Json, Utc, states


class PartState(Enum):
    """A part is searchable (ready) or it is not."""

    PENDING = "pending"
    READY = "ready"
    RETIRED = "retired"
    #: Its file could not be indexed after all attempts; kept so that an admin can retry.
    FAILED = "failed"


class Customer(Base):
    """Whom a box is handed to."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    #: name.casefold(), so that "acme" and "ACME" are one customer.
    name_key: Mapped[str] = mapped_column(String(400), unique=True)


class Part(Base):
    """One shape. Its name is unique among the parts that are not retired."""

    __tablename__ = "parts"
    __table_args__ = (
        Index(
            "uq_parts_name_in_use",
            "name",
            unique=True,
            sqlite_where=text("state != 'retired'"),
            postgresql_where=text("state != 'retired'"),
        ),
        CheckConstraint(
            "state != 'ready' OR (preview_key IS NOT NULL AND length_mm > 0)",
            name="ready_is_complete",
        ),
        Index(None, "volume_mm3"),
        Index(None, "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    state: Mapped[PartState] = mapped_column(states(PartState), default=PartState.PENDING)
    #: The file as it was sent: key in the file store, its name, and which object of it (3MF, OBJ).
    file_key: Mapped[str] = mapped_column(String(80))
    file_name: Mapped[str] = mapped_column(String(300))
    #: The mesh as it was understood, binary STL in mm, what /STL file sends and indexing reads.
    mesh_key: Mapped[str] = mapped_column(String(80))
    #: A coarser mesh to draw answers from; None: mesh_key's is coarse enough.
    drawn_key: Mapped[str | None] = mapped_column(String(80))
    length_mm: Mapped[float] = mapped_column(default=0.0)
    width_mm: Mapped[float] = mapped_column(default=0.0)
    height_mm: Mapped[float] = mapped_column(default=0.0)
    triangles: Mapped[int] = mapped_column(default=0)
    closed: Mapped[bool] = mapped_column(default=False)
    volume_mm3: Mapped[float] = mapped_column(default=0.0)
    area_mm2: Mapped[float] = mapped_column(default=0.0)
    fingerprint: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    #: What was odd about the mesh, as (code, numbers) pairs the chat has sentences for.
    findings: Mapped[list[Any]] = mapped_column(Json, default=list)
    preview_key: Mapped[str | None] = mapped_column(String(80))
    sheet_key: Mapped[str | None] = mapped_column(String(80))
    added_at: Mapped[datetime] = mapped_column(Utc)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class PartSignature(Base):
    """What one describer remembers of one part."""

    __tablename__ = "signatures"

    part_id: Mapped[int] = mapped_column(
        ForeignKey("parts.id", ondelete="CASCADE"), primary_key=True
    )
    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    #: The catalogue's version when it was written; tells an open index what is new.
    version: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class CatalogueVersion(Base):
    """One row: moves whenever the set of searchable parts or their signatures does."""

    __tablename__ = "catalogue_version"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]


class OrderLine(Base):
    """So many copies of one part for one customer. Copies found are counted from verdicts."""

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index(None, "part_id", "due"),
        # importing the same order book twice must not order twice
        Index(
            "uq_order_lines_once",
            "part_id",
            "customer_id",
            "order_reference",
            unique=True,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"))
    #: None: nobody has said yet whose it is.
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    order_reference: Mapped[str] = mapped_column(String(100), default="")
    quantity: Mapped[int] = mapped_column(default=1)
    due: Mapped[date | None]
    material: Mapped[str] = mapped_column(String(100), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Utc)
    cancelled_at: Mapped[datetime | None] = mapped_column(Utc)
