"""What the dashboard sorts and searches by, what people last looked at, and their exports."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_LISTS = {
    "date": (),
    "name": ("sender_id_key",),
    "country": ("country",),
    "subaccount": ("subaccount_key",),
    "category": ("category_key",),
    "loa": ("loa_order",),
    "approved": ("approved",),
}
_KEYS = {"sender_id_key": 32, "subaccount_key": 100, "category_key": 120}
_COUNTS = ("approved", "loa_order")
_INDEXES: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("registration_operators", "operator", ("account_id", "operator", "registration_id"), ()),
    ("registration_operators", "valid", ("valid_till", "status"), ("status", "valid_till")),
    (
        "registration_operators",
        "status",
        ("account_id", "status", "valid_till", "registration_id"),
        ("account_id", "status"),
    ),
    ("dropped_files", "draft_id", ("draft_id",), ()),
    ("loa_signings", "way", ("way", "status"), ()),
    ("contact_files", "created", ("created_at",), ()),
    ("contact_files", "status", ("status", "created_at"), ()),
    ("messages", "shown", ("shown_at",), ("medium", "shown_at")),
    ("tickets", "due_of_account", ("account_id", "status", "due_at", "turn_since", "number"), ()),
    ("tickets", "turn_of_account", ("account_id", "status", "turn", "card_kind", "turn_since"), ()),
    ("tickets", "due", ("status", "due_at", "turn_since", "number"), ()),
    ("tickets", "turn", ("status", "turn", "due_at", "turn_since", "number"), ("status", "turn", "turn_since")),
    ("tickets", "load", ("status", "assignee", "turn"), ()),
)
"""Of tables that were there: the table, the index's name, its columns, and those that it had; none: it is new."""


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        for name, length in _KEYS.items():
            bytewise = sa.String(length=length).with_variant(sa.String(length=length, collation="C"), "postgresql")
            batch_op.add_column(sa.Column(name, bytewise, server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column("labels", sa.Text(), server_default=sa.text("''"), nullable=False))
        for name in _COUNTS:
            batch_op.add_column(sa.Column(name, sa.Integer(), server_default="0", nullable=False))
        for name, columns in _LISTS.items():
            order = [*columns, "requested_at", "id"]
            batch_op.create_index(f"ix_registrations_{name}_of_account", ["account_id", *order], unique=False)
            batch_op.create_index(f"ix_registrations_{name}", order, unique=False)

    op.create_table(
        "registration_statuses",
        sa.Column("registration_id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("operators", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('under_review', 'with_operator', 'approved', 'changes_asked', 'rejected', 'withdrawn', 'expired')",
            name=op.f("ck_registration_statuses_status"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_registration_statuses_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_registration_statuses_registration_id_registrations"),
        ),
        sa.PrimaryKeyConstraint("registration_id", "status", name=op.f("pk_registration_statuses")),
    )
    with op.batch_alter_table("registration_statuses", schema=None) as batch_op:
        by_date, by_many = ["requested_at", "registration_id"], ["operators", "requested_at", "registration_id"]
        batch_op.create_index("ix_registration_statuses_account", ["account_id", "status", *by_date], unique=False)
        batch_op.create_index("ix_registration_statuses_all", ["status", *by_date], unique=False)
        batch_op.create_index(
            "ix_registration_statuses_many_of_account", ["account_id", "status", *by_many], unique=False
        )
        batch_op.create_index("ix_registration_statuses_many", ["status", *by_many], unique=False)

    bytewise = sa.String(length=60).with_variant(sa.String(length=60, collation="C"), "postgresql")
    op.create_table(
        "registration_labels",
        sa.Column("registration_id", sa.String(length=32), nullable=False),
        sa.Column("key", bytewise, nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_registration_labels_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_registration_labels_registration_id_registrations")
        ),
        sa.PrimaryKeyConstraint("registration_id", "key", name=op.f("pk_registration_labels")),
    )
    with op.batch_alter_table("registration_labels", schema=None) as batch_op:
        order = ["key", "requested_at", "registration_id"]
        batch_op.create_index("ix_registration_labels_account", ["account_id", *order], unique=False)
        batch_op.create_index("ix_registration_labels_all", order, unique=False)

    for table, name, columns, before in _INDEXES:
        _index(table, name, columns, before)

    op.create_table(
        "dashboard_choices",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_dashboard_choices")),
    )
    op.create_table(
        "dashboard_homes",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("tab", sa.String(length=32), nullable=False),
        sa.Column("place", _JSON, nullable=True),
        sa.Column("opened", _JSON, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slack_hash", sa.String(length=128), nullable=False),
        sa.Column("drawn", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_dashboard_homes")),
    )
    with op.batch_alter_table("dashboard_homes", schema=None) as batch_op:
        batch_op.create_index("ix_dashboard_homes_seen", ["seen_at"], unique=False)

    op.create_table(
        "dashboard_exports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("workbook_key", sa.String(length=200), nullable=True),
        sa.Column("csv_key", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('writing', 'ready', 'failed')", name=op.f("ck_dashboard_exports_status")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_dashboard_exports_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dashboard_exports")),
    )
    with op.batch_alter_table("dashboard_exports", schema=None) as batch_op:
        batch_op.create_index("ix_dashboard_exports_user", ["user_id", "created_at"], unique=False)

    op.create_table(
        "dashboard_weeks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("in_slack", sa.Boolean(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=True),
        sa.Column("picture_key", sa.String(length=200), nullable=True),
        sa.Column("said", _JSON, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_dashboard_weeks_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dashboard_weeks")),
    )
    with op.batch_alter_table("notice_preferences", schema=None) as batch_op:
        batch_op.add_column(sa.Column("weekly", sa.Boolean(), server_default=sa.true(), nullable=False))
    _fill()


def _index(table: str, name: str, columns: tuple[str, ...], before: tuple[str, ...]) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        if before:
            batch_op.drop_index(f"ix_{table}_{name}")
        if columns:
            batch_op.create_index(f"ix_{table}_{name}", list(columns), unique=False)


def _fill() -> None:
    """What is there already. Categories were not to be had before, and the other two are ASCII by their rules."""
    op.execute(
        "UPDATE registrations SET sender_id_key = lower(sender_id), subaccount_key = lower(subaccount),"
        " category_key = lower(category), loa_order = CASE loa WHEN 'drawing' THEN 1 WHEN 'stuck' THEN 2"
        " WHEN 'to_release' THEN 3 WHEN 'ready' THEN 4 WHEN 'checking' THEN 5 WHEN 'doubtful' THEN 6"
        " WHEN 'returned' THEN 7 WHEN 'accepted' THEN 8 ELSE 0 END"
    )
    op.execute(
        "INSERT INTO registration_statuses (registration_id, status, account_id, requested_at, operators)"
        " SELECT r.id, o.status, r.account_id, r.requested_at, count(*) FROM registrations r"
        " JOIN registration_operators o ON o.registration_id = r.id"
        " GROUP BY r.id, o.status, r.account_id, r.requested_at"
    )
    op.execute(
        "UPDATE registrations SET approved = (SELECT s.operators FROM registration_statuses s"
        " WHERE s.registration_id = registrations.id AND s.status = 'approved')"
        " WHERE id IN (SELECT s.registration_id FROM registration_statuses s WHERE s.status = 'approved')"
    )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("notice_preferences", schema=None) as batch_op:
        batch_op.drop_column("weekly")
    op.drop_table("dashboard_weeks")
    with op.batch_alter_table("dashboard_exports", schema=None) as batch_op:
        batch_op.drop_index("ix_dashboard_exports_user")

    op.drop_table("dashboard_exports")
    op.drop_table("dashboard_homes")
    op.drop_table("dashboard_choices")
    for table, name, columns, before in _INDEXES:
        _index(table, name, before, columns)

    op.drop_table("registration_labels")
    op.drop_table("registration_statuses")
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        for name in _LISTS:
            batch_op.drop_index(f"ix_registrations_{name}")
            batch_op.drop_index(f"ix_registrations_{name}_of_account")
        for name in ("labels", *_COUNTS, *_KEYS):
            batch_op.drop_column(name)
