"""what it may be

Revision ID: 0008
Revises: 0007
"""
import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # plain columns that may be empty: of old answers nobody knows
    op.add_column('candidates', sa.Column('likely', sa.Boolean(), nullable=True))
    op.add_column('sightings', sa.Column('maybe_none', sa.Boolean(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('sightings') as batch:
        batch.drop_column('maybe_none')
    with op.batch_alter_table('candidates') as batch:
        batch.drop_column('likely')
