"""Exports of message logs, and when they are repeated."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "log_schedules",
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("again", sa.String(length=16), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("product", sa.String(length=16), nullable=False),
        sa.Column("subaccount", sa.String(length=50), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column(
            "countries",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("limit_count", sa.BigInteger(), nullable=False),
        sa.Column("channel_user", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("again IN ('once', 'weekly', 'monthly', 'month_end')", name=op.f("ck_log_schedules_again")),
        sa.CheckConstraint(
            "period IN ('week', 'month', 'this_month', 'last_month', 'yesterday', 'today', 'chosen')",
            name=op.f("ck_log_schedules_period"),
        ),
        sa.CheckConstraint("product IN ('chatapps', 'sms')", name=op.f("ck_log_schedules_product")),
        sa.CheckConstraint(
            "status IN ('active', 'paused', 'stopped', 'deleted')", name=op.f("ck_log_schedules_status")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_log_schedules_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_schedules")),
    )
    with op.batch_alter_table("log_schedules", schema=None) as batch_op:
        batch_op.create_index("ix_log_schedules_account", ["account_id", "status"], unique=False)

    op.create_table(
        "log_exports",
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("schedule_id", sa.String(length=32), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=True),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "trouble",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "files",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("files_count", sa.Integer(), nullable=False),
        sa.Column("bytes_count", sa.BigInteger(), nullable=False),
        sa.Column(
            "summary",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=True,
        ),
        sa.Column("picture_key", sa.String(length=200), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("product", sa.String(length=16), nullable=False),
        sa.Column("subaccount", sa.String(length=50), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column(
            "countries",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("limit_count", sa.BigInteger(), nullable=False),
        sa.Column("channel_user", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "period IN ('week', 'month', 'this_month', 'last_month', 'yesterday', 'today', 'chosen')",
            name=op.f("ck_log_exports_period"),
        ),
        sa.CheckConstraint("product IN ('chatapps', 'sms')", name=op.f("ck_log_exports_product")),
        sa.CheckConstraint(
            "status IN ('waiting', 'sending', 'unsure', 'refused', 'running', 'cancelling', 'fetching', 'ready', 'empty', 'failed', 'error', 'cancelled', 'lost')",
            name=op.f("ck_log_exports_status"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_log_exports_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["log_schedules.id"], name=op.f("fk_log_exports_schedule_id_log_schedules")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_exports")),
    )
    with op.batch_alter_table("log_exports", schema=None) as batch_op:
        batch_op.create_index("ix_log_exports_of_person", ["user_id", "created_at"], unique=False)
        batch_op.create_index("ix_log_exports_recent", ["account_id", "created_at"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("log_exports", schema=None) as batch_op:
        batch_op.drop_index("ix_log_exports_recent")
        batch_op.drop_index("ix_log_exports_of_person")

    op.drop_table("log_exports")
    with op.batch_alter_table("log_schedules", schema=None) as batch_op:
        batch_op.drop_index("ix_log_schedules_account")

    op.drop_table("log_schedules")
