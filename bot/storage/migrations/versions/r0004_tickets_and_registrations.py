"""Tickets and registrations."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "notice_preferences",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.Boolean(), nullable=False),
        sa.Column("email", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_to", sa.Integer(), nullable=True),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notice_preferences")),
    )
    op.create_table(
        "operator_feeds",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("cursor", sa.String(length=200), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_operator_feeds")),
    )
    op.create_table(
        "ticket_numbers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_numbers")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_ticket_numbers_ticket_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "companies",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=False),
        sa.Column("officer_name", sa.String(length=100), nullable=False),
        sa.Column("officer_title", sa.String(length=100), nullable=False),
        sa.Column("officer_email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("call_from", sa.String(length=5), nullable=False),
        sa.Column("call_to", sa.String(length=5), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("uen", sa.String(length=10), nullable=False),
        sa.Column("address_line_1", sa.String(length=150), nullable=False),
        sa.Column("address_line_2", sa.String(length=150), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("postal_code", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_companies_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("account_id", "name", name=op.f("uq_companies_account_id_name")),
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("turn", sa.String(length=16), nullable=False),
        sa.Column("turn_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("worked_seconds", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_stuck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_late_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requester", sa.String(length=32), nullable=False),
        sa.Column("requester_email", sa.String(length=254), nullable=False),
        sa.Column("assignee", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("thread_ts", sa.String(length=32), nullable=True),
        sa.Column("card_kind", sa.String(length=40), nullable=False),
        sa.Column("card_key", sa.String(length=80), nullable=False),
        sa.Column("review_kind", sa.String(length=40), nullable=False),
        sa.Column("review_key", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("solved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('open', 'solved', 'closed')", name=op.f("ck_tickets_status")),
        sa.CheckConstraint("turn IN ('us', 'customer', 'operator', 'nobody')", name=op.f("ck_tickets_turn")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_tickets_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("number", name=op.f("uq_tickets_number")),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index("ix_tickets_account", ["account_id", "status", "updated_at"], unique=False)
        batch_op.create_index("ix_tickets_requester", ["requester", "status"], unique=False)
        batch_op.create_index("ix_tickets_thread", ["channel", "thread_ts"], unique=False)
        batch_op.create_index("ix_tickets_turn", ["status", "turn", "turn_since"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.Boolean(), nullable=False),
        sa.Column("gathered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_notices_account_id_accounts")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_notices_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("user_id", "kind", "key", name=op.f("uq_notices_user_id_kind_key")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_event", ["kind", "key"], unique=False)
        batch_op.create_index("ix_notices_gathered", ["user_id", "gathered_at"], unique=False)

    op.create_table(
        "papers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("company_id", sa.String(length=32), nullable=True),
        sa.Column("draft_id", sa.String(length=32), nullable=True),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("slack_file_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("stored_key", sa.String(length=200), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("uploaded_by", sa.String(length=32), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('fetching', 'kept', 'refused')", name=op.f("ck_papers_status")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_papers_account_id_accounts")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_papers_company_id_companies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sa.UniqueConstraint("slack_file_id", "slot", name=op.f("uq_papers_slack_file_id_slot")),
    )
    with op.batch_alter_table("papers", schema=None) as batch_op:
        batch_op.create_index("ix_papers_company", ["company_id", "slot"], unique=False)
        batch_op.create_index(batch_op.f("ix_papers_draft_id"), ["draft_id"], unique=False)

    op.create_table(
        "submissions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("entity", sa.String(length=16), nullable=False),
        sa.Column("entity_by", sa.String(length=32), nullable=True),
        sa.Column("entity_because", sa.Text(), nullable=False),
        sa.Column("industry", sa.String(length=40), nullable=False),
        sa.Column("company_id", sa.String(length=32), nullable=False),
        sa.Column("company", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("papers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("submitted_by", sa.String(length=32), nullable=False),
        sa.Column("submitter_email", sa.String(length=254), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('submitted', 'withdrawn')", name=op.f("ck_submissions_status")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_submissions_account_id_accounts")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_submissions_company_id_companies")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_submissions_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_submissions_ticket_id")),
    )
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.create_index("ix_submissions_account", ["account_id", "submitted_at"], unique=False)

    op.create_table(
        "ticket_entries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=32), nullable=False),
        sa.Column("from_staff", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("audience IN ('staff', 'customer')", name=op.f("ck_ticket_entries_audience")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_ticket_entries_account_id_accounts")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_entries_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_entries")),
        sa.UniqueConstraint("source", name=op.f("uq_ticket_entries_source")),
    )
    with op.batch_alter_table("ticket_entries", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_entries_ticket", ["ticket_id", "created_at"], unique=False)

    op.create_table(
        "registration_drafts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_registration_drafts_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_registration_drafts_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_drafts")),
    )
    with op.batch_alter_table("registration_drafts", schema=None) as batch_op:
        batch_op.create_index("ix_registration_drafts_open", ["account_id", "user_id", "ended_at"], unique=False)

    op.create_table(
        "registrations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.String(length=16), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("subaccount", sa.String(length=50), nullable=False),
        sa.Column("message_type", sa.String(length=20), nullable=False),
        sa.Column("monthly_traffic", sa.Integer(), nullable=False),
        sa.Column("sample_text", sa.Text(), nullable=False),
        sa.Column("brandless", sa.Boolean(), nullable=False),
        sa.Column("proof_id", sa.String(length=32), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_till", sa.Date(), nullable=True),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("renews_id", sa.String(length=32), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('submitted', 'withdrawn')", name=op.f("ck_registrations_status")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_registrations_account_id_accounts")),
        sa.ForeignKeyConstraint(["proof_id"], ["papers.id"], name=op.f("fk_registrations_proof_id_papers")),
        sa.ForeignKeyConstraint(
            ["renews_id"], ["registrations.id"], name=op.f("fk_registrations_renews_id_registrations")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_registrations_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
    )
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.create_index("ix_registrations_account", ["account_id", "sender_id", "country"], unique=False)
        batch_op.create_index(batch_op.f("ix_registrations_renews_id"), ["renews_id"], unique=False)
        batch_op.create_index("ix_registrations_submission", ["submission_id", "position"], unique=False)

    op.create_table(
        "submission_revisions",
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snapshot", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_submission_revisions_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_submission_revisions_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("submission_id", "revision", name=op.f("pk_submission_revisions")),
    )
    op.create_table(
        "registration_workbooks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("thread_ts", sa.String(length=32), nullable=True),
        sa.Column("slack_file_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("findings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("returned_key", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('checking', 'checked', 'refused')", name=op.f("ck_registration_workbooks_status")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_registration_workbooks_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["registration_drafts.id"],
            name=op.f("fk_registration_workbooks_draft_id_registration_drafts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_workbooks")),
        sa.UniqueConstraint("slack_file_id", "channel", name=op.f("uq_registration_workbooks_slack_file_id_channel")),
    )
    op.create_table(
        "dropped_files",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=True),
        sa.Column("submission_id", sa.String(length=32), nullable=True),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("slack_file_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("paper_id", sa.String(length=32), nullable=True),
        sa.Column("dropped_by", sa.String(length=32), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_dropped_files_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["registration_drafts.id"], name=op.f("fk_dropped_files_draft_id_registration_drafts")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_dropped_files_paper_id_papers")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_dropped_files_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dropped_files")),
        sa.UniqueConstraint("source", name=op.f("uq_dropped_files_source")),
    )
    with op.batch_alter_table("dropped_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dropped_files_paper_id"), ["paper_id"], unique=False)

    op.create_table(
        "registration_operators",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("registration_id", sa.String(length=32), nullable=False),
        sa.Column("operator", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_till", sa.Date(), nullable=True),
        sa.Column("reminded_days", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "status IN ('under_review', 'with_operator', 'approved', 'changes_asked', 'rejected', 'withdrawn', 'expired')",
            name=op.f("ck_registration_operators_status"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_registration_operators_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_registration_operators_registration_id_registrations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_operators")),
        sa.UniqueConstraint(
            "registration_id", "operator", name=op.f("uq_registration_operators_registration_id_operator")
        ),
    )
    with op.batch_alter_table("registration_operators", schema=None) as batch_op:
        batch_op.create_index("ix_registration_operators_reference", ["operator", "reference"], unique=False)
        batch_op.create_index("ix_registration_operators_status", ["account_id", "status"], unique=False)
        batch_op.create_index("ix_registration_operators_valid", ["status", "valid_till"], unique=False)

    op.create_table(
        "operator_news",
        sa.Column("operator", sa.String(length=30), nullable=False),
        sa.Column("item_id", sa.String(length=120), nullable=False),
        sa.Column("row_id", sa.String(length=32), nullable=True),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("came_to", sa.String(length=16), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["row_id"], ["registration_operators.id"], name=op.f("fk_operator_news_row_id_registration_operators")
        ),
        sa.PrimaryKeyConstraint("operator", "item_id", name=op.f("pk_operator_news")),
    )
    with op.batch_alter_table("operator_news", schema=None) as batch_op:
        batch_op.create_index("ix_operator_news_row", ["row_id", "heard_at"], unique=False)

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index("ix_messages_seen", ["channel", "ts"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index("ix_messages_seen")

    with op.batch_alter_table("operator_news", schema=None) as batch_op:
        batch_op.drop_index("ix_operator_news_row")

    op.drop_table("operator_news")
    with op.batch_alter_table("registration_operators", schema=None) as batch_op:
        batch_op.drop_index("ix_registration_operators_valid")
        batch_op.drop_index("ix_registration_operators_status")
        batch_op.drop_index("ix_registration_operators_reference")

    op.drop_table("registration_operators")
    with op.batch_alter_table("dropped_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dropped_files_paper_id"))

    op.drop_table("dropped_files")
    op.drop_table("registration_workbooks")
    op.drop_table("submission_revisions")
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.drop_index("ix_registrations_submission")
        batch_op.drop_index(batch_op.f("ix_registrations_renews_id"))
        batch_op.drop_index("ix_registrations_account")

    op.drop_table("registrations")
    with op.batch_alter_table("registration_drafts", schema=None) as batch_op:
        batch_op.drop_index("ix_registration_drafts_open")

    op.drop_table("registration_drafts")
    with op.batch_alter_table("ticket_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_entries_ticket")

    op.drop_table("ticket_entries")
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.drop_index("ix_submissions_account")

    op.drop_table("submissions")
    with op.batch_alter_table("papers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_papers_draft_id"))
        batch_op.drop_index("ix_papers_company")

    op.drop_table("papers")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index("ix_notices_gathered")
        batch_op.drop_index("ix_notices_event")

    op.drop_table("notices")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index("ix_tickets_turn")
        batch_op.drop_index("ix_tickets_thread")
        batch_op.drop_index("ix_tickets_requester")
        batch_op.drop_index("ix_tickets_account")

    op.drop_table("tickets")
    op.drop_table("companies")
    op.drop_table("ticket_numbers")
    op.drop_table("operator_feeds")
    op.drop_table("notice_preferences")
