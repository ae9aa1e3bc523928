"""What the grading desk grew by: phrase lists, snippets, masked sound, site settings."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def foreign_key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def upgrade() -> None:
    op.add_column("conversation", sa.Column("agent_lane", sa.Integer(), nullable=True))
    op.add_column("conversation", sa.Column("mask_rules", sa.Integer(), nullable=True))
    op.add_column("transcript", sa.Column("format", sa.String(length=40), nullable=True))
    op.add_column("transcript", sa.Column("attached_at", TIME, nullable=True))
    op.add_column(
        "evaluation", sa.Column("seconds_paused", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_index(
        "uq_assignment_lead_conversation",
        "assignment",
        ["conversation_id", "grader_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'lead' AND state <> 'cancelled'"),
        postgresql_where=sa.text("kind = 'lead' AND state <> 'cancelled'"),
    )
    create_phrases()
    create_sounds()
    op.create_table(
        "snippet",
        sa.Column("id", KEY, nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("question_id", sa.String(length=120), nullable=False),
        sa.Column("created_by", KEY, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("archived_at", TIME, nullable=True),
        foreign_key("snippet", "created_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snippet")),
    )
    op.create_index("ix_snippet_channel", "snippet", ["channel", "title"], unique=False)
    op.create_table(
        "site_setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("updated_by", KEY, nullable=True),
        foreign_key("site_setting", "updated_by", "account"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_site_setting")),
    )


def create_phrases() -> None:
    op.create_table(
        "phrase_list",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("retired_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase_list")),
        sa.UniqueConstraint("slug", name=op.f("uq_phrase_list_slug")),
    )
    op.create_table(
        "phrase_list_version",
        sa.Column("id", KEY, nullable=False),
        sa.Column("list_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("published_at", TIME, nullable=False),
        sa.Column("published_by", KEY, nullable=True),
        foreign_key("phrase_list_version", "list_id", "phrase_list"),
        foreign_key("phrase_list_version", "published_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase_list_version")),
    )
    op.create_index(
        "uq_phrase_list_version_number", "phrase_list_version", ["list_id", "version"], unique=True
    )
    op.create_table(
        "phrase_hit",
        sa.Column("conversation_id", KEY, autoincrement=False, nullable=False),
        sa.Column("list_id", KEY, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("first_turn", sa.Integer(), nullable=False),
        sa.CheckConstraint("hits > 0", name=op.f("ck_phrase_hit_hits")),
        foreign_key("phrase_hit", "conversation_id", "conversation"),
        foreign_key("phrase_hit", "list_id", "phrase_list"),
        sa.PrimaryKeyConstraint("conversation_id", "list_id", name=op.f("pk_phrase_hit")),
    )
    op.create_index(
        "ix_phrase_hit_list_id", "phrase_hit", ["list_id", "conversation_id"], unique=False
    )


def create_sounds() -> None:
    op.create_table(
        "sound_mask",
        sa.Column("id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("from_ms", sa.Integer(), nullable=False),
        sa.Column("to_ms", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", KEY, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("removed_by", KEY, nullable=True),
        sa.Column("removed_at", TIME, nullable=True),
        sa.CheckConstraint("0 <= from_ms AND from_ms < to_ms", name=op.f("ck_sound_mask_span")),
        foreign_key("sound_mask", "conversation_id", "conversation"),
        foreign_key("sound_mask", "created_by", "account"),
        foreign_key("sound_mask", "removed_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sound_mask")),
    )
    op.create_index(
        "ix_sound_mask_conversation_id", "sound_mask", ["conversation_id"], unique=False
    )
    op.create_table(
        "masked_sound",
        sa.Column("conversation_id", KEY, autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("playback_key", sa.String(length=200), nullable=True),
        sa.Column("playback_mime", sa.String(length=80), nullable=True),
        sa.Column("playback_size", sa.BigInteger(), nullable=True),
        sa.Column("peaks_key", sa.String(length=200), nullable=True),
        sa.Column("made_at", TIME, nullable=True),
        foreign_key("masked_sound", "conversation_id", "conversation"),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_masked_sound")),
    )


def downgrade() -> None:
    op.drop_table("site_setting")
    op.drop_table("snippet")
    op.drop_table("masked_sound")
    op.drop_table("sound_mask")
    op.drop_table("phrase_hit")
    op.drop_table("phrase_list_version")
    op.drop_table("phrase_list")
    op.drop_index("uq_assignment_lead_conversation", table_name="assignment")
    op.drop_column("evaluation", "seconds_paused")
    op.drop_column("transcript", "attached_at")
    op.drop_column("transcript", "format")
    op.drop_column("conversation", "mask_rules")
    op.drop_column("conversation", "agent_lane")
