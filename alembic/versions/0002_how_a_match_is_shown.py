"""how a match is shown

Revision ID: 0002
Revises: 0001
"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # plain columns that may be empty: no table is rebuilt, old rows stay as they are
    op.add_column('parts', sa.Column('drawn_key', sa.String(length=80), nullable=True))
    op.add_column('candidates', sa.Column('pose', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=True))
    op.add_column('candidates', sa.Column('lines_key', sa.String(length=80), nullable=True))
    op.add_column('candidates', sa.Column('view_key', sa.String(length=80), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('candidates') as batch:
        batch.drop_column('view_key')
        batch.drop_column('lines_key')
        batch.drop_column('pose')
    with op.batch_alter_table('parts') as batch:
        batch.drop_column('drawn_key')
