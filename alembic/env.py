"""Run migrations on the connection that catalog.migrations hands over, or on ALEMBIC_URL."""

import os

from alembic import context
from sqlalchemy import Connection, create_engine

from catalog.tables import Base


def run(connection: Connection) -> None:
    """Migrate this connection's database."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    with create_engine(os.environ["ALEMBIC_URL"]).connect() as own:
        run(own)
        own.commit()
