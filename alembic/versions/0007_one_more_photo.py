"""one more photo

Revision ID: 0007
Revises: 0006
"""
import catalog.tables.base
import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # a new table, and plain columns that may be empty: old answers asked for no photo
    op.create_table('awaited_photos',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('chat_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('sighting_id', sa.Integer(), nullable=False),
    sa.Column('until', catalog.tables.base.Utc(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_awaited_photos_person_id_people')),
    sa.ForeignKeyConstraint(['sighting_id'], ['sightings.id'], name=op.f('fk_awaited_photos_sighting_id_sightings'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'chat_id', name=op.f('pk_awaited_photos'))
    )
    op.create_index(op.f('ix_awaited_photos_sighting_id'), 'awaited_photos', ['sighting_id'], unique=False)
    op.add_column('sightings', sa.Column('asked_view_key', sa.String(length=80), nullable=True))
    op.add_column('sighting_photos', sa.Column('album', sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('sighting_photos') as batch:
        batch.drop_column('album')
    with op.batch_alter_table('sightings') as batch:
        batch.drop_column('asked_view_key')
    op.drop_index(op.f('ix_awaited_photos_sighting_id'), table_name='awaited_photos')
    op.drop_table('awaited_photos')
