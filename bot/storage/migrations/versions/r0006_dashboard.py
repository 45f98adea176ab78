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
_TICKET_LISTS = {
    "due_of_account": ("account_id", "status", "due_at", "turn_since", "number"),
    "turn_of_account": ("account_id", "status", "turn", "card_kind", "turn_since"),
    "due": ("status", "due_at", "turn_since", "number"),
    "load": ("status", "assignee", "turn"),
}
_KEYS = {"sender_id_key": 32, "subaccount_key": 100, "category_key": 120}
_COUNTS = ("approved", "loa_order")


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

    with op.batch_alter_table("registration_operators", schema=None) as batch_op:
        batch_op.create_index(
            "ix_registration_operators_operator", ["account_id", "operator", "registration_id"], unique=False
        )
        batch_op.drop_index("ix_registration_operators_status")
        batch_op.create_index(
            "ix_registration_operators_status", ["account_id", "status", "valid_till", "registration_id"], unique=False
        )

    with op.batch_alter_table("contact_files", schema=None) as batch_op:
        batch_op.create_index("ix_contact_files_created", ["created_at"], unique=False)
        batch_op.create_index("ix_contact_files_status", ["status", "created_at"], unique=False)

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index("ix_messages_shown")
        batch_op.create_index("ix_messages_shown", ["shown_at"], unique=False)

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        for name, columns in _TICKET_LISTS.items():
            batch_op.create_index(f"ix_tickets_{name}", columns, unique=False)
        batch_op.drop_index("ix_tickets_turn")
        batch_op.create_index("ix_tickets_turn", ["status", "turn", *_TICKET_LISTS["due"][1:]], unique=False)

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
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        for name in _TICKET_LISTS:
            batch_op.drop_index(f"ix_tickets_{name}")
        batch_op.drop_index("ix_tickets_turn")
        batch_op.create_index("ix_tickets_turn", ["status", "turn", "turn_since"], unique=False)

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index("ix_messages_shown")
        batch_op.create_index("ix_messages_shown", ["medium", "shown_at"], unique=False)

    with op.batch_alter_table("contact_files", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_files_status")
        batch_op.drop_index("ix_contact_files_created")

    with op.batch_alter_table("registration_operators", schema=None) as batch_op:
        batch_op.drop_index("ix_registration_operators_operator")
        batch_op.drop_index("ix_registration_operators_status")
        batch_op.create_index("ix_registration_operators_status", ["account_id", "status"], unique=False)

    op.drop_table("registration_labels")
    op.drop_table("registration_statuses")
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        for name in _LISTS:
            batch_op.drop_index(f"ix_registrations_{name}")
            batch_op.drop_index(f"ix_registrations_{name}_of_account")
        for name in ("labels", *_COUNTS, *_KEYS):
            batch_op.drop_column(name)
