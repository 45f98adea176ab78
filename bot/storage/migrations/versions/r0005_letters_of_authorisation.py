"""Letters of authorisation."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "loa_letters",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("registration_id", sa.String(length=32), nullable=False),
        sa.Column("slot", sa.String(length=30), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("operators", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("pdf_key", sa.String(length=200), nullable=True),
        sa.Column("preview_key", sa.String(length=200), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("box", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.String(length=32), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("downloaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("copy_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "status IN ('drawing', 'stuck', 'to_release', 'ready', 'checking', 'doubtful', 'returned', 'accepted', 'superseded')",
            name=op.f("ck_loa_letters_status"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_loa_letters_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_loa_letters_registration_id_registrations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loa_letters")),
        sa.UniqueConstraint("number", name=op.f("uq_loa_letters_number")),
        sa.UniqueConstraint(
            "registration_id", "slot", "revision", name=op.f("uq_loa_letters_registration_id_slot_revision")
        ),
    )
    with op.batch_alter_table("loa_letters", schema=None) as batch_op:
        batch_op.create_index("ix_loa_letters_account", ["account_id", "status"], unique=False)

    op.create_table(
        "loa_copies",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("letter_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=True),
        sa.Column("slack_file_id", sa.String(length=32), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("stored_key", sa.String(length=200), nullable=True),
        sa.Column("clean_key", sa.String(length=200), nullable=True),
        sa.Column("clean_sha256", sa.String(length=64), nullable=True),
        sa.Column("crop_key", sa.String(length=200), nullable=True),
        sa.Column("certificate_key", sa.String(length=200), nullable=True),
        sa.Column("findings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("signer", sa.String(length=150), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('fetching', 'checking', 'refused', 'doubtful', 'returned', 'accepted', 'kept')",
            name=op.f("ck_loa_copies_status"),
        ),
        sa.CheckConstraint("way IN ('wet', 'docusign', 'page')", name=op.f("ck_loa_copies_way")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_loa_copies_account_id_accounts")),
        sa.ForeignKeyConstraint(["letter_id"], ["loa_letters.id"], name=op.f("fk_loa_copies_letter_id_loa_letters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loa_copies")),
        sa.UniqueConstraint("letter_id", "number", name=op.f("uq_loa_copies_letter_id_number")),
        sa.UniqueConstraint("source", name=op.f("uq_loa_copies_source")),
    )
    op.create_table(
        "loa_signings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("letter_id", sa.String(length=32), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("envelope_id", sa.String(length=64), nullable=True),
        sa.Column("signer_name", sa.String(length=150), nullable=False),
        sa.Column("signer_email", sa.String(length=254), nullable=False),
        sa.Column("opened_by", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.CheckConstraint(
            "status IN ('creating', 'open', 'completed', 'declined', 'voided', 'expired', 'cancelled', 'failed')",
            name=op.f("ck_loa_signings_status"),
        ),
        sa.CheckConstraint("way IN ('wet', 'docusign', 'page')", name=op.f("ck_loa_signings_way")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_loa_signings_account_id_accounts")),
        sa.ForeignKeyConstraint(["letter_id"], ["loa_letters.id"], name=op.f("fk_loa_signings_letter_id_loa_letters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loa_signings")),
        sa.UniqueConstraint("envelope_id", name=op.f("uq_loa_signings_envelope_id")),
    )
    with op.batch_alter_table("loa_signings", schema=None) as batch_op:
        batch_op.create_index("ix_loa_signings_letter", ["letter_id", "opened_at"], unique=False)
        batch_op.create_index(
            "ix_loa_signings_open",
            ["letter_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('creating', 'open')"),
            postgresql_where=sa.text("status IN ('creating', 'open')"),
        )

    op.create_table(
        "loa_links",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("signing_id", sa.String(length=32), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("mailed", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_loa_links_account_id_accounts")),
        sa.ForeignKeyConstraint(["signing_id"], ["loa_signings.id"], name=op.f("fk_loa_links_signing_id_loa_signings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loa_links")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_loa_links_token_sha256")),
    )
    with op.batch_alter_table("loa_links", schema=None) as batch_op:
        batch_op.create_index("ix_loa_links_expires", ["expires_at"], unique=False)
        batch_op.create_index("ix_loa_links_signing", ["signing_id"], unique=False)

    op.create_table(
        "loa_seal_keys",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_loa_seal_keys")),
    )
    with op.batch_alter_table("registration_operators", schema=None) as batch_op:
        batch_op.add_column(sa.Column("loa", sa.String(length=16), server_default="not_needed", nullable=False))

    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("loa", sa.String(length=16), server_default="not_needed", nullable=False))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.drop_column("loa")

    with op.batch_alter_table("registration_operators", schema=None) as batch_op:
        batch_op.drop_column("loa")

    op.drop_table("loa_seal_keys")
    op.drop_table("loa_links")
    with op.batch_alter_table("loa_signings", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_loa_signings_open",
            sqlite_where=sa.text("status IN ('creating', 'open')"),
            postgresql_where=sa.text("status IN ('creating', 'open')"),
        )
        batch_op.drop_index("ix_loa_signings_letter")

    op.drop_table("loa_signings")
    op.drop_table("loa_copies")
    with op.batch_alter_table("loa_letters", schema=None) as batch_op:
        batch_op.drop_index("ix_loa_letters_account")

    op.drop_table("loa_letters")
