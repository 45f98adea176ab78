"""RCS agents, their pictures, testers and launches."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "rcs_pictures",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("slack_file_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("stored_key", sa.String(length=200), nullable=True),
        sa.Column("findings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("mended", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("compared_key", sa.String(length=200), nullable=True),
        sa.Column("uses_mended", sa.Boolean(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=32), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('fetching', 'checking', 'fine', 'bad', 'refused')", name=op.f("ck_rcs_pictures_status")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_rcs_pictures_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rcs_pictures")),
        sa.UniqueConstraint(
            "draft_id", "slack_file_id", "what", name=op.f("uq_rcs_pictures_draft_id_slack_file_id_what")
        ),
    )
    op.create_table(
        "rcs_agents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("color", sa.String(length=7), nullable=False),
        sa.Column("use_case", sa.String(length=20), nullable=False),
        sa.Column("fields", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("logo_id", sa.String(length=32), nullable=True),
        sa.Column("hero_id", sa.String(length=32), nullable=True),
        sa.Column("preview_key", sa.String(length=200), nullable=True),
        sa.Column("findings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("registration_id", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("submitted_by", sa.String(length=32), nullable=False),
        sa.Column("submitter_email", sa.String(length=254), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('requested', 'changes_asked', 'created', 'rejected', 'withdrawn')",
            name=op.f("ck_rcs_agents_status"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_rcs_agents_account_id_accounts")),
        sa.ForeignKeyConstraint(["hero_id"], ["rcs_pictures.id"], name=op.f("fk_rcs_agents_hero_id_rcs_pictures")),
        sa.ForeignKeyConstraint(["logo_id"], ["rcs_pictures.id"], name=op.f("fk_rcs_agents_logo_id_rcs_pictures")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_rcs_agents_registration_id_registrations")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_rcs_agents_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rcs_agents")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_rcs_agents_ticket_id")),
    )
    with op.batch_alter_table("rcs_agents", schema=None) as batch_op:
        batch_op.create_index("ix_rcs_agents_account", ["account_id", "submitted_at"], unique=False)
        batch_op.create_index("ix_rcs_agents_recent", ["submitted_at"], unique=False)
        batch_op.create_index("ix_rcs_agents_registration", ["registration_id"], unique=False)

    op.create_table(
        "rcs_agent_revisions",
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snapshot", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_rcs_agent_revisions_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["rcs_agents.id"], name=op.f("fk_rcs_agent_revisions_agent_id_rcs_agents")
        ),
        sa.PrimaryKeyConstraint("agent_id", "revision", name=op.f("pk_rcs_agent_revisions")),
    )
    op.create_table(
        "rcs_drafts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=True),
        sa.Column("findings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("checked", sa.String(length=64), nullable=False),
        sa.Column("preview_key", sa.String(length=200), nullable=True),
        sa.Column("view_id", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_rcs_drafts_account_id_accounts")),
        sa.ForeignKeyConstraint(["agent_id"], ["rcs_agents.id"], name=op.f("fk_rcs_drafts_agent_id_rcs_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rcs_drafts")),
    )
    with op.batch_alter_table("rcs_drafts", schema=None) as batch_op:
        batch_op.create_index("ix_rcs_drafts_open", ["account_id", "user_id", "ended_at"], unique=False)

    op.create_table(
        "rcs_items",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("given_by", sa.String(length=32), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('missing', 'given', 'accepted', 'returned')", name=op.f("ck_rcs_items_status")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_rcs_items_account_id_accounts")),
        sa.ForeignKeyConstraint(["agent_id"], ["rcs_agents.id"], name=op.f("fk_rcs_items_agent_id_rcs_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rcs_items")),
        sa.UniqueConstraint("agent_id", "code", name=op.f("uq_rcs_items_agent_id_code")),
    )
    with op.batch_alter_table("rcs_items", schema=None) as batch_op:
        batch_op.create_index("ix_rcs_items_status", ["status", "agent_id"], unique=False)

    op.create_table(
        "rcs_launches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("use_case", sa.String(length=20), nullable=False),
        sa.Column("regions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("repeats", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("answers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("submitted_by", sa.String(length=32), nullable=False),
        sa.Column("submitter_email", sa.String(length=254), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('submitted', 'withdrawn')", name=op.f("ck_rcs_launches_status")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_rcs_launches_account_id_accounts")),
        sa.ForeignKeyConstraint(["agent_id"], ["rcs_agents.id"], name=op.f("fk_rcs_launches_agent_id_rcs_agents")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_rcs_launches_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rcs_launches")),
        sa.UniqueConstraint("agent_id", "number", name=op.f("uq_rcs_launches_agent_id_number")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_rcs_launches_ticket_id")),
    )
    op.create_table(
        "rcs_testers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("system", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(length=32), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('asked', 'pending', 'accepted', 'declined', 'removed')", name=op.f("ck_rcs_testers_status")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_rcs_testers_account_id_accounts")),
        sa.ForeignKeyConstraint(["agent_id"], ["rcs_agents.id"], name=op.f("fk_rcs_testers_agent_id_rcs_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rcs_testers")),
        sa.UniqueConstraint("agent_id", "number", name=op.f("uq_rcs_testers_agent_id_number")),
    )
    with op.batch_alter_table("rcs_testers", schema=None) as batch_op:
        batch_op.create_index("ix_rcs_testers_status", ["status", "agent_id"], unique=False)

    op.create_table(
        "rcs_carriers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("launch_id", sa.String(length=32), nullable=False),
        sa.Column("region", sa.String(length=10), nullable=False),
        sa.Column("carrier", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('under_review', 'with_carrier', 'approved', 'live', 'changes_asked', 'rejected', 'suspended', 'withdrawn', 'replaced')",
            name=op.f("ck_rcs_carriers_status"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_rcs_carriers_account_id_accounts")),
        sa.ForeignKeyConstraint(["agent_id"], ["rcs_agents.id"], name=op.f("fk_rcs_carriers_agent_id_rcs_agents")),
        sa.ForeignKeyConstraint(
            ["launch_id"], ["rcs_launches.id"], name=op.f("fk_rcs_carriers_launch_id_rcs_launches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rcs_carriers")),
        sa.UniqueConstraint("launch_id", "region", "carrier", name=op.f("uq_rcs_carriers_launch_id_region_carrier")),
    )
    with op.batch_alter_table("rcs_carriers", schema=None) as batch_op:
        batch_op.create_index("ix_rcs_carriers_agent", ["agent_id", "status"], unique=False)

    op.create_table(
        "rcs_invites",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("tester_id", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_rcs_invites_account_id_accounts")),
        sa.ForeignKeyConstraint(["agent_id"], ["rcs_agents.id"], name=op.f("fk_rcs_invites_agent_id_rcs_agents")),
        sa.ForeignKeyConstraint(["tester_id"], ["rcs_testers.id"], name=op.f("fk_rcs_invites_tester_id_rcs_testers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rcs_invites")),
    )
    with op.batch_alter_table("rcs_invites", schema=None) as batch_op:
        batch_op.create_index("ix_rcs_invites_agent", ["agent_id", "at"], unique=False)

    op.create_table(
        "rcs_item_files",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("slack_file_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("stored_key", sa.String(length=200), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=32), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_rcs_item_files_account_id_accounts")),
        sa.ForeignKeyConstraint(["item_id"], ["rcs_items.id"], name=op.f("fk_rcs_item_files_item_id_rcs_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rcs_item_files")),
        sa.UniqueConstraint("item_id", "slack_file_id", name=op.f("uq_rcs_item_files_item_id_slack_file_id")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("rcs_item_files")
    with op.batch_alter_table("rcs_invites", schema=None) as batch_op:
        batch_op.drop_index("ix_rcs_invites_agent")

    op.drop_table("rcs_invites")
    with op.batch_alter_table("rcs_carriers", schema=None) as batch_op:
        batch_op.drop_index("ix_rcs_carriers_agent")

    op.drop_table("rcs_carriers")
    with op.batch_alter_table("rcs_testers", schema=None) as batch_op:
        batch_op.drop_index("ix_rcs_testers_status")

    op.drop_table("rcs_testers")
    op.drop_table("rcs_launches")
    with op.batch_alter_table("rcs_items", schema=None) as batch_op:
        batch_op.drop_index("ix_rcs_items_status")

    op.drop_table("rcs_items")
    with op.batch_alter_table("rcs_drafts", schema=None) as batch_op:
        batch_op.drop_index("ix_rcs_drafts_open")

    op.drop_table("rcs_drafts")
    op.drop_table("rcs_agent_revisions")
    with op.batch_alter_table("rcs_agents", schema=None) as batch_op:
        batch_op.drop_index("ix_rcs_agents_registration")
        batch_op.drop_index("ix_rcs_agents_recent")
        batch_op.drop_index("ix_rcs_agents_account")

    op.drop_table("rcs_agents")
    op.drop_table("rcs_pictures")
