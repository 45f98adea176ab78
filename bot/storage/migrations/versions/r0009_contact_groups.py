"""What is done to contacts and groups at 8x8."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FILE_STATUSES = (
    "'checking', 'unreadable', 'needs_columns', 'checked', 'submitting', 'refused', 'unsure', 'running', "
    "'completed', 'failed', 'stopped', 'timeout', 'cancelled'"
)
_FILE_STATUS = "ck_contact_files_status"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "contact_books",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_contact_books_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_contact_books")),
    )
    op.create_table(
        "contact_operations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("thread_ts", sa.String(length=32), nullable=True),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("by_staff", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("window_id", sa.String(length=32), nullable=True),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("batches", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("answer", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("trouble", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'sending', 'running', 'unsure', 'refused', 'completed', 'failed', 'stopped', 'timeout', 'cancelled')",
            name=op.f("ck_contact_operations_status"),
        ),
        sa.CheckConstraint(
            "kind IN ('copyContacts', 'moveContacts', 'deleteContacts', 'deleteGroups', 'addContact', 'changeContact', 'blockContact', 'removeContact', 'createGroup', 'changeGroup', 'dropGroup')",
            name=op.f("ck_contact_operations_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_contact_operations_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_operations")),
    )
    with op.batch_alter_table("contact_operations", schema=None) as batch_op:
        batch_op.create_index("ix_contact_operations_asked", ["asked_at"], unique=False)
        batch_op.create_index("ix_contact_operations_status", ["status", "kind", "asked_at"], unique=False)
        batch_op.create_index("ix_contact_operations_recent", ["account_id", "asked_at"], unique=False)
        batch_op.create_index("ix_contact_operations_sending", ["account_id", "kind", "status"], unique=False)

    op.create_table(
        "contact_windows",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("found", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_contact_windows_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_windows")),
    )
    with op.batch_alter_table("contact_windows", schema=None) as batch_op:
        batch_op.create_index("ix_contact_windows_opened", ["opened_at"], unique=False)

    with op.batch_alter_table("contact_files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("purpose", sa.String(length=8), server_default="upload", nullable=False))
        batch_op.drop_constraint(op.f(_FILE_STATUS), type_="check")
        batch_op.create_check_constraint(op.f(_FILE_STATUS), f"status IN ({_FILE_STATUSES}, 'handed')")

    with op.batch_alter_table("contact_groups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("description", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("is_blacklist", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("contact_groups", schema=None) as batch_op:
        batch_op.drop_column("is_blacklist")
        batch_op.drop_column("description")

    op.execute("UPDATE contact_files SET status = 'cancelled' WHERE status = 'handed'")
    with op.batch_alter_table("contact_files", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(_FILE_STATUS), type_="check")
        batch_op.create_check_constraint(op.f(_FILE_STATUS), f"status IN ({_FILE_STATUSES})")
        batch_op.drop_column("purpose")

    with op.batch_alter_table("contact_windows", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_windows_opened")

    op.drop_table("contact_windows")
    with op.batch_alter_table("contact_operations", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_operations_sending")
        batch_op.drop_index("ix_contact_operations_recent")
        batch_op.drop_index("ix_contact_operations_status")
        batch_op.drop_index("ix_contact_operations_asked")

    op.drop_table("contact_operations")
    op.drop_table("contact_books")
