"""Evaluations, revisions, answers and flags."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "evaluation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("assignment_id", KEY, nullable=True),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("grader_id", KEY, nullable=False),
        sa.Column("scorecard_version_id", KEY, nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("draft_tab", sa.String(length=40), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("band", sa.String(length=120), nullable=True),
        sa.Column("has_fatal", sa.Boolean(), nullable=False),
        sa.Column("seconds_spent", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledge_comment", sa.Text(), nullable=True),
        sa.CheckConstraint("draft_version >= 0", name=op.f("ck_evaluation_draft_version")),
        sa.CheckConstraint("score IS NULL OR score >= 0", name=op.f("ck_evaluation_score")),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["person.id"], name=op.f("fk_evaluation_agent_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name=op.f("fk_evaluation_assignment_id_assignment"),
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_evaluation_conversation_id_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["grader_id"], ["account.id"], name=op.f("fk_evaluation_grader_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["scorecard_version_id"],
            ["scorecard_version.id"],
            name=op.f("fk_evaluation_scorecard_version_id_scorecard_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
    )
    op.create_index(
        "ix_evaluation_agent_period", "evaluation", ["agent_id", "period", "channel"], unique=False
    )
    op.create_index(
        "ix_evaluation_conversation_id", "evaluation", ["conversation_id"], unique=False
    )
    op.create_index(
        "ix_evaluation_grader_submitted", "evaluation", ["grader_id", "submitted_at"], unique=False
    )
    op.create_index(
        "ix_evaluation_period_kind",
        "evaluation",
        ["period", "kind", "channel", "agent_id"],
        unique=False,
    )
    op.create_index(
        "ix_evaluation_submitted_at_id", "evaluation", ["submitted_at", "id"], unique=False
    )
    op.create_index("uq_evaluation_assignment", "evaluation", ["assignment_id"], unique=True)
    op.create_table(
        "evaluation_revision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("evaluation_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("scorecard_version_id", KEY, nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_evaluation_revision_author_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluation.id"],
            name=op.f("fk_evaluation_revision_evaluation_id_evaluation"),
        ),
        sa.ForeignKeyConstraint(
            ["scorecard_version_id"],
            ["scorecard_version.id"],
            name=op.f("fk_evaluation_revision_scorecard_version_id_scorecard_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_revision")),
    )
    op.create_index(
        "uq_evaluation_revision_number",
        "evaluation_revision",
        ["evaluation_id", "number"],
        unique=True,
    )
    op.create_table(
        "answer",
        sa.Column("revision_id", KEY, autoincrement=False, nullable=False),
        sa.Column("question_id", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["evaluation_revision.id"],
            name=op.f("fk_answer_revision_id_evaluation_revision"),
        ),
        sa.PrimaryKeyConstraint("revision_id", "question_id", name=op.f("pk_answer")),
    )
    op.create_index("ix_answer_question_id_state", "answer", ["question_id", "state"], unique=False)
    op.create_table(
        "flag",
        sa.Column("id", KEY, nullable=False),
        sa.Column("evaluation_id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("raised_by", KEY, nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_flag_decided_has_time")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["person.id"], name=op.f("fk_flag_agent_id_person")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_flag_conversation_id_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_flag_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_flag_evaluation_id_evaluation")
        ),
        sa.ForeignKeyConstraint(
            ["raised_by"], ["account.id"], name=op.f("fk_flag_raised_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
    )
    op.create_index("ix_flag_agent_id", "flag", ["agent_id"], unique=False)
    op.create_index("ix_flag_conversation_id", "flag", ["conversation_id"], unique=False)
    op.create_index("ix_flag_state_due_on", "flag", ["state", "due_on", "id"], unique=False)
    op.create_index(
        "uq_flag_open_kind",
        "flag",
        ["evaluation_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    op.drop_table("flag")
    op.drop_table("answer")
    op.drop_table("evaluation_revision")
    op.drop_table("evaluation")
