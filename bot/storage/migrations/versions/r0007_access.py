"""Where and with which key each account's services are asked."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "account_access",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("region", sa.String(length=8), nullable=False),
        sa.Column("urls", _JSON, nullable=False),
        sa.Column("products", _JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "region = '' OR region IN ('asia', 'us', 'eu', 'id')", name=op.f("ck_account_access_region")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_access_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_access")),
    )
    op.create_table(
        "account_keys",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=8), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(length=24), nullable=False),
        sa.Column("key_end", sa.String(length=8), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("works_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.CheckConstraint("place IN ('in_use', 'waiting')", name=op.f("ck_account_keys_place")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_keys_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", "place", name=op.f("pk_account_keys")),
    )
    op.create_table(
        "refused_keys",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("mark", sa.String(length=24), nullable=False),
        sa.Column("key_end", sa.String(length=8), nullable=False),
        sa.Column("product", sa.String(length=16), nullable=False),
        sa.Column("was_new", sa.Boolean(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_refused_keys_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", "mark", name=op.f("pk_refused_keys")),
    )
    op.create_table(
        "key_waits",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_key_waits_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", "job", "key", name=op.f("pk_key_waits")),
    )


def downgrade() -> None:
    """Go back."""
    for table in ("key_waits", "refused_keys", "account_keys", "account_access"):
        op.drop_table(table)
