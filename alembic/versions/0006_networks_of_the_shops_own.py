"""networks of the shop's own, and jobs that make them

Revision ID: 0006
Revises: 0005
"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import catalog.tables.base

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

KINDS = "kind IN ('identify', 'receive', 'index', 'tune')"
KINDS_BEFORE = "kind IN ('identify', 'receive', 'index')"


def upgrade() -> None:
    allow(KINDS)
    op.create_table('tunings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('family', sa.String(length=40), nullable=False),
    sa.Column('state', sa.Enum('learning', 'better', 'no_better', 'stopped', name='tuningstate', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('config', sa.String(length=24), nullable=False),
    sa.Column('stage', sa.String(length=24), nullable=True),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=True),
    sa.Column('figures', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('hindrance', sa.Text(), nullable=True),
    sa.Column('began_at', catalog.tables.base.Utc(timezone=True), nullable=False),
    sa.Column('settled_at', catalog.tables.base.Utc(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tunings')),
    sa.UniqueConstraint('slug', name=op.f('uq_tunings_slug'))
    )
    op.create_index('uq_tunings_under_way', 'tunings', ['family'], unique=True, sqlite_where=sa.text("state = 'learning'"), postgresql_where=sa.text("state = 'learning'"))
    op.create_table('tuned_networks',
    sa.Column('tuning_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('file_key', sa.String(length=80), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['tuning_id'], ['tunings.id'], name=op.f('fk_tuned_networks_tuning_id_tunings'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tuning_id', 'name', name=op.f('pk_tuned_networks'))
    )
    op.create_table('describers_in_use',
    sa.Column('family', sa.String(length=40), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('coming', sa.String(length=80), nullable=True),
    sa.Column('left', sa.String(length=80), nullable=True),
    sa.Column('turned_at', catalog.tables.base.Utc(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('family', name=op.f('pk_describers_in_use'))
    )


def downgrade() -> None:
    op.drop_table('describers_in_use')
    op.drop_table('tuned_networks')
    op.drop_index('uq_tunings_under_way', table_name='tunings')
    op.drop_table('tunings')
    op.execute("DELETE FROM jobs WHERE kind = 'tune'")
    allow(KINDS_BEFORE)


def allow(kinds: str) -> None:
    """Let jobs be of these kinds."""
    with op.batch_alter_table('jobs') as batch:
        batch.drop_constraint(op.f('ck_jobs_jobkind'), type_='check')
        batch.create_check_constraint(op.f('ck_jobs_jobkind'), kinds)
