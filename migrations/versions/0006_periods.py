"""Periods and publications."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "period",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_period")),
    )
    op.create_table(
        "publication",
        sa.Column("id", KEY, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["period"], ["period.code"], name=op.f("fk_publication_period_period")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["account.id"], name=op.f("fk_publication_published_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    op.create_index("uq_publication_version", "publication", ["period", "version"], unique=True)
    op.create_table(
        "published_figure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("publication_id", KEY, nullable=False),
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("mean", sa.Integer(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("low", sa.String(length=8), nullable=True),
        sa.Column("high", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["person.id"], name=op.f("fk_published_figure_agent_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_published_figure_publication_id_publication"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_figure")),
    )
    op.create_index("ix_published_figure_agent_id", "published_figure", ["agent_id"], unique=False)
    op.create_index(
        "uq_published_figure",
        "published_figure",
        ["publication_id", "agent_id", "channel"],
        unique=True,
    )
    op.create_table(
        "published_score",
        sa.Column("id", KEY, nullable=False),
        sa.Column("figure_id", KEY, nullable=False),
        sa.Column("evaluation_id", KEY, nullable=False),
        sa.Column("revision_id", KEY, nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluation.id"],
            name=op.f("fk_published_score_evaluation_id_evaluation"),
        ),
        sa.ForeignKeyConstraint(
            ["figure_id"],
            ["published_figure.id"],
            name=op.f("fk_published_score_figure_id_published_figure"),
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["evaluation_revision.id"],
            name=op.f("fk_published_score_revision_id_evaluation_revision"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_score")),
    )
    op.create_index(
        "ix_published_score_evaluation_id", "published_score", ["evaluation_id"], unique=False
    )
    op.create_index(
        "uq_published_score", "published_score", ["figure_id", "evaluation_id"], unique=True
    )


def downgrade() -> None:
    op.drop_table("published_score")
    op.drop_table("published_figure")
    op.drop_table("publication")
    op.drop_table("period")
