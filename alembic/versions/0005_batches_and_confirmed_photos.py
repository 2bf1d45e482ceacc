"""batches, confirmed photos, switches

Revision ID: 0005
Revises: 0004
"""
import sqlalchemy as sa
from alembic import op

import catalog.tables.base

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # new tables only: no table is rebuilt, what runs meanwhile notices nothing
    op.create_table('batches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('name_key', sa.String(length=400), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('made_at', catalog.tables.base.Utc(timezone=True), nullable=False),
    sa.Column('expires_at', catalog.tables.base.Utc(timezone=True), nullable=False),
    sa.Column('closed_at', catalog.tables.base.Utc(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['people.id'], name=op.f('fk_batches_made_by_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batches'))
    )
    op.create_index('uq_batches_open_name', 'batches', ['name_key'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
    op.create_table('batch_parts',
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('part_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['batches.id'], name=op.f('fk_batch_parts_batch_id_batches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['part_id'], ['parts.id'], name=op.f('fk_batch_parts_part_id_parts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('batch_id', 'part_id', name=op.f('pk_batch_parts'))
    )
    op.create_table('chat_batches',
    sa.Column('chat_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['batches.id'], name=op.f('fk_chat_batches_batch_id_batches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_chat_batches_person_id_people')),
    sa.PrimaryKeyConstraint('chat_id', name=op.f('pk_chat_batches'))
    )
    op.create_table('sighting_batches',
    sa.Column('sighting_id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('fits', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['batches.id'], name=op.f('fk_sighting_batches_batch_id_batches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sighting_id'], ['sightings.id'], name=op.f('fk_sighting_batches_sighting_id_sightings'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('sighting_id', name=op.f('pk_sighting_batches'))
    )
    op.create_table('confirmed_photos',
    sa.Column('verdict_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('part_id', sa.Integer(), nullable=False),
    sa.Column('made_at', catalog.tables.base.Utc(timezone=True), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['part_id'], ['parts.id'], name=op.f('fk_confirmed_photos_part_id_parts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['verdict_id'], ['verdicts.id'], name=op.f('fk_confirmed_photos_verdict_id_verdicts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('verdict_id', 'slug', name=op.f('pk_confirmed_photos'))
    )
    op.create_index(op.f('ix_confirmed_photos_part_id'), 'confirmed_photos', ['part_id'], unique=False)
    op.create_table('switches',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('turned_at', catalog.tables.base.Utc(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_switches'))
    )


def downgrade() -> None:
    op.drop_table('switches')
    op.drop_index(op.f('ix_confirmed_photos_part_id'), table_name='confirmed_photos')
    op.drop_table('confirmed_photos')
    op.drop_table('sighting_batches')
    op.drop_table('chat_batches')
    op.drop_table('batch_parts')
    op.drop_index('uq_batches_open_name', table_name='batches')
    op.drop_table('batches')
