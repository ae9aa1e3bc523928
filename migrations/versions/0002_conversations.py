"""Conversations, transcripts and recordings."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "recording",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("container", sa.String(length=40), nullable=True),
        sa.Column("codec", sa.String(length=40), nullable=True),
        sa.Column("channels", sa.Integer(), nullable=True),
        sa.Column("sample_rate", sa.Integer(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("playback_key", sa.String(length=200), nullable=True),
        sa.Column("playback_mime", sa.String(length=80), nullable=True),
        sa.Column("playback_size", sa.BigInteger(), nullable=True),
        sa.Column("peaks_key", sa.String(length=200), nullable=True),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("sha256", name=op.f("uq_recording_sha256")),
    )
    op.create_table(
        "conversation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=True),
        sa.Column("direction", sa.String(length=8), nullable=True),
        sa.Column("queue", sa.String(length=120), nullable=True),
        sa.Column("product", sa.String(length=120), nullable=True),
        sa.Column("topic", sa.String(length=120), nullable=True),
        sa.Column("customer_ref", sa.String(length=120), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("disposition", sa.String(length=120), nullable=True),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("recording_id", KEY, nullable=True),
        sa.Column("turn_count", sa.Integer(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('call', 'chat')", name=op.f("ck_conversation_channel")),
        sa.CheckConstraint(
            "satisfaction IS NULL OR satisfaction BETWEEN 1 AND 5",
            name=op.f("ck_conversation_rating"),
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["person.id"], name=op.f("fk_conversation_agent_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_conversation_recording_id_recording")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    op.create_index(
        "ix_conversation_agent_id_local_date",
        "conversation",
        ["agent_id", "local_date"],
        unique=False,
    )
    op.create_index(
        "ix_conversation_local_date_channel",
        "conversation",
        ["local_date", "channel", "agent_id"],
        unique=False,
    )
    op.create_index("ix_conversation_recording_id", "conversation", ["recording_id"], unique=False)
    op.create_index(
        "ix_conversation_started_at_id", "conversation", ["started_at", "id"], unique=False
    )
    for name in ("queue", "topic"):
        op.create_index(
            f"ix_conversation_{name}",
            "conversation",
            [name, "started_at", "id"],
            unique=False,
            sqlite_where=sa.text(f"{name} IS NOT NULL"),
            postgresql_where=sa.text(f"{name} IS NOT NULL"),
        )
    op.create_index(
        "uq_conversation_source_external_id", "conversation", ["source", "external_id"], unique=True
    )
    op.create_table(
        "transcript",
        sa.Column("conversation_id", KEY, autoincrement=False, nullable=False),
        sa.Column("turns", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_transcript_conversation_id_conversation"),
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_transcript")),
    )


def downgrade() -> None:
    op.drop_table("transcript")
    op.drop_table("conversation")
    op.drop_table("recording")
