"""Plans, seeds, draws, picks and assignments."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "plan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("slug", name=op.f("uq_plan_slug")),
    )
    op.create_table(
        "plan_version",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_version_plan_id_plan")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["account.id"], name=op.f("fk_plan_version_published_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
    )
    op.create_index("uq_plan_version_digest", "plan_version", ["plan_id", "digest"], unique=True)
    op.create_index("uq_plan_version_number", "plan_version", ["plan_id", "version"], unique=True)
    op.create_table(
        "period_seed",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_period_seed_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_seed")),
    )
    op.create_index("uq_period_seed_plan_period", "period_seed", ["plan_id", "period"], unique=True)
    op.create_table(
        "draw",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=160), nullable=False),
        sa.Column("seed_id", KEY, nullable=False),
        sa.Column("plan_version_id", KEY, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["drawn_by"], ["account.id"], name=op.f("fk_draw_drawn_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["plan_version_id"],
            ["plan_version.id"],
            name=op.f("fk_draw_plan_version_id_plan_version"),
        ),
        sa.ForeignKeyConstraint(
            ["seed_id"], ["period_seed.id"], name=op.f("fk_draw_seed_id_period_seed")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("code", name=op.f("uq_draw_code")),
    )
    op.create_index("ix_draw_period", "draw", ["period"], unique=False)
    op.create_index("uq_draw_seed_number", "draw", ["seed_id", "number"], unique=True)
    op.create_table(
        "stratum",
        sa.Column("id", KEY, nullable=False),
        sa.Column("draw_id", KEY, nullable=False),
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("slice", sa.Integer(), nullable=True),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("frame_size", sa.Integer(), nullable=False),
        sa.Column("frame_digest", sa.String(length=64), nullable=False),
        sa.Column("frame", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["person.id"], name=op.f("fk_stratum_agent_id_person")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_stratum_draw_id_draw")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stratum")),
    )
    op.create_index("ix_stratum_agent_id_channel", "stratum", ["agent_id", "channel"], unique=False)
    op.create_index("ix_stratum_draw_id", "stratum", ["draw_id"], unique=False)
    op.create_table(
        "pick",
        sa.Column("id", KEY, nullable=False),
        sa.Column("stratum_id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by", KEY, nullable=True),
        sa.Column("replaced_reason", sa.String(length=24), nullable=True),
        sa.Column("replaced_note", sa.Text(), nullable=True),
        sa.Column("replaced_in", KEY, nullable=True),
        sa.CheckConstraint("place >= 1", name=op.f("ck_pick_place")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_pick_conversation_id_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by"], ["account.id"], name=op.f("fk_pick_replaced_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_in"], ["stratum.id"], name=op.f("fk_pick_replaced_in_stratum")
        ),
        sa.ForeignKeyConstraint(
            ["stratum_id"], ["stratum.id"], name=op.f("fk_pick_stratum_id_stratum")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pick")),
    )
    op.create_index("ix_pick_conversation_id", "pick", ["conversation_id"], unique=False)
    op.create_index("uq_pick_stratum_place", "pick", ["stratum_id", "place"], unique=True)
    op.create_table(
        "assignment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("pick_id", KEY, nullable=True),
        sa.Column("scorecard_version_id", KEY, nullable=False),
        sa.Column("grader_id", KEY, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'random') = (pick_id IS NOT NULL)", name=op.f("ck_assignment_random_has_pick")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_assignment_conversation_id_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["grader_id"], ["account.id"], name=op.f("fk_assignment_grader_id_account")
        ),
        sa.ForeignKeyConstraint(["pick_id"], ["pick.id"], name=op.f("fk_assignment_pick_id_pick")),
        sa.ForeignKeyConstraint(
            ["scorecard_version_id"],
            ["scorecard_version.id"],
            name=op.f("fk_assignment_scorecard_version_id_scorecard_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(
        "ix_assignment_conversation_id", "assignment", ["conversation_id"], unique=False
    )
    op.create_index(
        "ix_assignment_period_state",
        "assignment",
        ["period", "kind", "state", "channel"],
        unique=False,
    )
    op.create_index(
        "ix_assignment_queue", "assignment", ["grader_id", "state", "due_on", "id"], unique=False
    )
    op.create_index("uq_assignment_pick", "assignment", ["pick_id"], unique=True)
    op.create_index(
        "uq_assignment_random_conversation",
        "assignment",
        ["period", "conversation_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'random' AND state <> 'cancelled'"),
        postgresql_where=sa.text("kind = 'random' AND state <> 'cancelled'"),
    )


def downgrade() -> None:
    op.drop_table("assignment")
    op.drop_table("pick")
    op.drop_table("stratum")
    op.drop_table("draw")
    op.drop_table("period_seed")
    op.drop_table("plan_version")
    op.drop_table("plan")
