"""What every table shares: constraint names, UTC instants, closed states.

Knows SQLAlchemy only. Instants are aware UTC inside Python whatever the database returns
(SQLite gives naive ones back).
"""

from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, MetaData, TypeDecorator
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: A JSON column on both databases.
Json = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """The one registry of tables."""

    metadata = MetaData(naming_convention=NAMING)


class Utc(TypeDecorator[datetime]):
    """An instant, aware and in UTC on every database.

    Raises:
        ValueError: a naive datetime is handed in.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime may mean anything: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def states(kind: type[Enum]) -> SqlEnum:
    """A text column that holds the values of an enum and, by a CHECK, nothing else."""

    def values(members: Any) -> list[str]:  # noqa: ANN401  # SQLAlchemy hands the enum class over untyped
        return [member.value for member in members]

    return SqlEnum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=24,
        values_callable=values,
        name=kind.__name__.lower(),
    )
