"""parts that look alike

Revision ID: 0004
Revises: 0003
"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # a new table, and plain columns that may be empty: old answers have no look-alikes to tell of
    op.create_table('look_alikes',
    sa.Column('low_id', sa.Integer(), nullable=False),
    sa.Column('high_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('mirrored', 'scaled', 'near_twin', name='relation', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('alike', sa.Double(), nullable=False),
    sa.Column('details', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.CheckConstraint('low_id < high_id', name=op.f('ck_look_alikes_one_row_a_pair')),
    sa.ForeignKeyConstraint(['high_id'], ['parts.id'], name=op.f('fk_look_alikes_high_id_parts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['low_id'], ['parts.id'], name=op.f('fk_look_alikes_low_id_parts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('low_id', 'high_id', name=op.f('pk_look_alikes'))
    )
    op.create_index(op.f('ix_look_alikes_high_id'), 'look_alikes', ['high_id'], unique=False)
    op.add_column('sightings', sa.Column('look_alikes', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=True))
    op.add_column('sightings', sa.Column('side_key', sa.String(length=80), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('sightings') as batch:
        batch.drop_column('side_key')
        batch.drop_column('look_alikes')
    op.drop_index(op.f('ix_look_alikes_high_id'), table_name='look_alikes')
    op.drop_table('look_alikes')
