"""which piece of a photo is meant

Revision ID: 0003
Revises: 0002
"""
import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # plain columns with a default: no table is rebuilt, old answers are about the only cut-out
    op.add_column('sightings', sa.Column('cut_out_number', sa.Integer(), server_default=sa.text('0'), nullable=False))
    op.add_column('sightings', sa.Column('cut_outs', sa.Integer(), server_default=sa.text('1'), nullable=False))
    op.add_column('sightings', sa.Column('cut_out_doubtful', sa.Boolean(), server_default=sa.text('(false)'), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('sightings') as batch:
        batch.drop_column('cut_out_doubtful')
        batch.drop_column('cut_outs')
        batch.drop_column('cut_out_number')
