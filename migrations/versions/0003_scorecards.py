"""Scorecards and their versions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "scorecard",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecard")),
        sa.UniqueConstraint("slug", name=op.f("uq_scorecard_slug")),
    )
    op.create_table(
        "scorecard_version",
        sa.Column("id", KEY, nullable=False),
        sa.Column("scorecard_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["published_by"], ["account.id"], name=op.f("fk_scorecard_version_published_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["scorecard_id"],
            ["scorecard.id"],
            name=op.f("fk_scorecard_version_scorecard_id_scorecard"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecard_version")),
    )
    op.create_index(
        "uq_scorecard_version_digest", "scorecard_version", ["scorecard_id", "digest"], unique=True
    )
    op.create_index(
        "uq_scorecard_version_number", "scorecard_version", ["scorecard_id", "version"], unique=True
    )


def downgrade() -> None:
    op.drop_table("scorecard_version")
    op.drop_table("scorecard")
