"""Contact files in several batches."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# A file that is on its way may be at 8x8 already: "sending" has it looked for there first.
_EACH_FILE_IS_ONE_BATCH = """
INSERT INTO contact_batches
    (id, account_id, file_id, number, status, version, accepted_key, submission, sent_at, batch_id, answer)
SELECT id, account_id, id, 1,
    CASE
        WHEN status = 'submitting' THEN 'sending'
        WHEN status IN ('refused', 'unsure', 'running', 'completed', 'failed', 'stopped', 'timeout') THEN status
        ELSE 'waiting'
    END,
    1, accepted_key, submissions, submitted_at, batch_id, batch
FROM contact_files
WHERE accepted_key IS NOT NULL OR submissions > 0
"""
_THE_FIRST_BATCH_IS_THE_FILE = """
UPDATE contact_files SET
    accepted_key = (SELECT b.accepted_key FROM contact_batches b WHERE b.file_id = contact_files.id AND b.number = 1),
    batch_id = (SELECT b.batch_id FROM contact_batches b WHERE b.file_id = contact_files.id AND b.number = 1),
    batch = (SELECT b.answer FROM contact_batches b WHERE b.file_id = contact_files.id AND b.number = 1)
"""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "contact_batches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("accepted_key", sa.String(length=200), nullable=True),
        sa.Column("submission", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("answer", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("trouble", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'sending', 'refused', 'unsure', 'running', 'completed', 'failed', 'stopped', 'timeout')",
            name=op.f("ck_contact_batches_status"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_contact_batches_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["contact_files.id"], name=op.f("fk_contact_batches_file_id_contact_files")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_batches")),
        sa.UniqueConstraint("file_id", "number", name=op.f("uq_contact_batches_file_id_number")),
    )
    op.execute(_EACH_FILE_IS_ONE_BATCH)
    with op.batch_alter_table("contact_files", schema=None) as batch_op:
        batch_op.drop_column("batch")
        batch_op.drop_column("accepted_key")
        batch_op.drop_column("batch_id")


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("contact_files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch_id", sa.VARCHAR(length=36), nullable=True))
        batch_op.add_column(sa.Column("accepted_key", sa.VARCHAR(length=200), nullable=True))
        batch_op.add_column(sa.Column("batch", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True))

    op.execute(_THE_FIRST_BATCH_IS_THE_FILE)
    op.drop_table("contact_batches")
