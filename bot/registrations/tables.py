"""Companies and their papers, drafts, submissions, registrations, and each operator's decision."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from bot.registrations.rules import LOA_ORDER, LoaState, OperatorStatus, PaperStatus, SubmissionStatus
from bot.storage.columns import one_of
from bot.storage.database import Base, Json, UtcDateTime


def list_key(typed: str) -> str:
    """A text as lists are sorted and searched by it: in small letters, single blanks."""
    return " ".join(typed.split()).lower()


def _list_key(length: int) -> Mapped[str]:
    """A column of such keys. In the order of their bytes everywhere, so that an index finds what begins like a word."""
    bytewise = String(length).with_variant(String(length, collation="C"), "postgresql")
    return mapped_column(bytewise, default="", server_default=text("''"))


def _listed(name: str, *columns: str) -> tuple[Index, Index]:
    """The indexes of a list by these columns and then by time: of one account, and of all."""
    order = (*columns, "requested_at", "id")
    return Index(f"ix_registrations_{name}_of_account", "account_id", *order), Index(f"ix_registrations_{name}", *order)


class Company(Base):
    """A company in whose name sender IDs are registered. Wizards offer it, letters are drawn from it."""

    __tablename__ = "companies"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(150))
    short_name: Mapped[str] = mapped_column(String(60), default="")
    officer_name: Mapped[str] = mapped_column(String(100))
    officer_title: Mapped[str] = mapped_column(String(100))
    officer_email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(20), default="")
    call_from: Mapped[str] = mapped_column(String(5), default="")
    call_to: Mapped[str] = mapped_column(String(5), default="")
    """Best time to call, ``HH:MM``."""
    website: Mapped[str] = mapped_column(String(300))
    uen: Mapped[str] = mapped_column(String(10), default="")
    """Singapore's Unique Entity Number."""
    address_line_1: Mapped[str] = mapped_column(String(150))
    address_line_2: Mapped[str] = mapped_column(String(150), default="")
    city: Mapped[str] = mapped_column(String(80))
    postal_code: Mapped[str] = mapped_column(String(20), default="")
    country: Mapped[str] = mapped_column(String(2))
    created_by: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Paper(Base):
    """A document that somebody gave us for a company: a permit, a certificate, the letterhead."""

    __tablename__ = "papers"
    __table_args__ = (
        CheckConstraint(one_of("status", PaperStatus), name="status"),
        UniqueConstraint("slack_file_id", "slot"),
        Index("ix_papers_company", "company_id", "slot"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    company_id: Mapped[str | None] = mapped_column(ForeignKey("companies.id"))
    """None for what belongs to one draft only."""
    draft_id: Mapped[str | None] = mapped_column(String(32), index=True)
    slot: Mapped[str] = mapped_column(String(40))
    """Which document of the country's rules it is."""
    status: Mapped[str] = mapped_column(String(16), default=PaperStatus.FETCHING)
    version: Mapped[int] = mapped_column(default=1)
    trouble: Mapped[str] = mapped_column(Text, default="")
    """Why it was refused, in a sentence."""
    slack_file_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(8), default="")
    """``pdf``, ``jpg`` or ``png``, by its content."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    stored_key: Mapped[str | None] = mapped_column(String(200))
    valid_until: Mapped[date | None] = mapped_column(Date)
    uploaded_by: Mapped[str] = mapped_column(String(32))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Draft(Base):
    """What a person typed into the wizard, saved at every step."""

    __tablename__ = "registration_drafts"
    __table_args__ = (Index("ix_registration_drafts_open", "account_id", "user_id", "ended_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    user_id: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(32))
    """Where the ticket's thread will be."""
    step: Mapped[str] = mapped_column(String(16))
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """``country, entity, industry, company_id, papers {slot: [paper id]}, sender_ids [{...}]``; see ``drafts.py``."""
    submission_id: Mapped[str | None] = mapped_column(ForeignKey("submissions.id"))
    """The submission that it mends; none for a new one."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was submitted or thrown away."""


class Submission(Base):
    """What was submitted at once: one ticket."""

    __tablename__ = "submissions"
    __table_args__ = (
        CheckConstraint(one_of("status", SubmissionStatus), name="status"),
        Index("ix_submissions_account", "account_id", "submitted_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), unique=True)
    status: Mapped[str] = mapped_column(String(16), default=SubmissionStatus.SUBMITTED)
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    """Counts what the customer submitted: 2 after the first resubmission."""
    country: Mapped[str] = mapped_column(String(2))
    entity: Mapped[str] = mapped_column(String(16))
    entity_by: Mapped[str | None] = mapped_column(String(32))
    entity_because: Mapped[str] = mapped_column(Text, default="")
    """Who of the staff chose another entity than the customer, and why; nobody: it is the customer's choice."""
    industry: Mapped[str] = mapped_column(String(40), default="")
    company_id: Mapped[str] = mapped_column(ForeignKey("companies.id"))
    company: Mapped[dict[str, Any]] = mapped_column(Json)
    """The company as it was when this was submitted."""
    papers: Mapped[dict[str, list[str]]] = mapped_column(Json, default=dict)
    """Slot -> ids of papers."""
    channel: Mapped[str] = mapped_column(String(32))
    submitted_by: Mapped[str] = mapped_column(String(32))
    submitter_email: Mapped[str] = mapped_column(String(254), default="")
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SubmissionRevision(Base):
    """A submission as it was submitted, word by word; written once, never changed."""

    __tablename__ = "submission_revisions"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    by: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    snapshot: Mapped[dict[str, Any]] = mapped_column(Json)


class Registration(Base):
    """A sender ID in a country: what is asked of its operators."""

    __tablename__ = "registrations"
    __table_args__ = (
        CheckConstraint(one_of("status", SubmissionStatus), name="status"),
        Index("ix_registrations_account", "account_id", "sender_id", "country"),
        Index("ix_registrations_submission", "submission_id", "position"),
        *_listed("date"),
        *_listed("name", "sender_id_key"),
        *_listed("country", "country"),
        *_listed("subaccount", "subaccount_key"),
        *_listed("category", "category_key"),
        *_listed("loa", "loa_order"),
        *_listed("approved", "approved"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"))
    position: Mapped[int]
    status: Mapped[str] = mapped_column(String(16), default=SubmissionStatus.SUBMITTED)
    version: Mapped[int] = mapped_column(default=1)
    sender_id: Mapped[str] = mapped_column(String(16))
    country: Mapped[str] = mapped_column(String(2))
    subaccount: Mapped[str] = mapped_column(String(50))
    message_type: Mapped[str] = mapped_column(String(20))
    monthly_traffic: Mapped[int]
    sample_text: Mapped[str] = mapped_column(Text)
    brandless: Mapped[bool] = mapped_column(default=False)
    """The sender ID does not include the company's or brand's name."""
    proof_id: Mapped[str | None] = mapped_column(ForeignKey("papers.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_till: Mapped[date | None] = mapped_column(Date)
    """The validity that was asked for, inclusive; none where the country has none."""
    category: Mapped[str] = mapped_column(String(60), default="")
    renews_id: Mapped[str | None] = mapped_column(ForeignKey("registrations.id"), index=True)
    """The registration of the same sender ID that goes on with this one."""
    loa: Mapped[str] = mapped_column(String(16), default=LoaState.NOT_NEEDED, server_default=LoaState.NOT_NEEDED)
    """What its letters of authorisation come to: written by the LOA feature, shown and sorted by here."""
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sender_id_key: Mapped[str] = _list_key(32)
    subaccount_key: Mapped[str] = _list_key(100)
    category_key: Mapped[str] = _list_key(120)
    labels: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    """Its labels in the order of their letters, with commas between them; `RegistrationLabel` has them one by one."""
    loa_order: Mapped[int] = mapped_column(default=0, server_default="0")
    """Where its letter's state comes in a list that is sorted by it."""
    approved: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many of its operators approved, and all that lists are sorted by: kept here so that an index serves them."""

    @validates("sender_id", "subaccount", "category")
    def _keep_key(self, name: str, value: str) -> str:
        setattr(self, f"{name}_key", list_key(value))
        return value

    @validates("loa")
    def _keep_order(self, _name: str, value: str) -> str:
        self.loa_order = LOA_ORDER[LoaState(value)]
        return value


class RegistrationLabel(Base):
    """A label on a sender ID. ``labels.put`` keeps it, with the date of the request, by which lists are sorted."""

    __tablename__ = "registration_labels"
    __table_args__ = (
        Index("ix_registration_labels_account", "account_id", "key", "requested_at", "registration_id"),
        Index("ix_registration_labels_all", "key", "requested_at", "registration_id"),
    )

    registration_id: Mapped[str] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(60).with_variant(String(60, collation="C"), "postgresql"), primary_key=True)
    """As it is searched by: in small letters."""
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The registration's, which never changes."""


class StatusCount(Base):
    """How many of a registration's operators are in a status; no row where none is. ``steps.count`` keeps it."""

    __tablename__ = "registration_statuses"
    __table_args__ = (
        CheckConstraint(one_of("status", OperatorStatus), name="status"),
        Index("ix_registration_statuses_account", "account_id", "status", "requested_at", "registration_id"),
        Index("ix_registration_statuses_all", "status", "requested_at", "registration_id"),
        Index(
            "ix_registration_statuses_many_of_account",
            *("account_id", "status", "operators", "requested_at", "registration_id"),
        ),
        Index("ix_registration_statuses_many", "status", "operators", "requested_at", "registration_id"),
    )

    registration_id: Mapped[str] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    status: Mapped[str] = mapped_column(String(16), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    operators: Mapped[int]
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The registration's, which never changes."""


class OperatorRow(Base):
    """What one operator says to one registration. The list of operators is that of the day of submission."""

    __tablename__ = "registration_operators"
    __table_args__ = (
        CheckConstraint(one_of("status", OperatorStatus), name="status"),
        UniqueConstraint("registration_id", "operator"),
        Index("ix_registration_operators_status", "account_id", "status", "valid_till", "registration_id"),
        Index("ix_registration_operators_operator", "account_id", "operator", "registration_id"),
        Index("ix_registration_operators_valid", "valid_till", "status"),
        Index("ix_registration_operators_reference", "operator", "reference"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    registration_id: Mapped[str] = mapped_column(ForeignKey("registrations.id"))
    operator: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    status: Mapped[str] = mapped_column(String(16), default=OperatorStatus.UNDER_REVIEW)
    version: Mapped[int] = mapped_column(default=1)
    reference: Mapped[str] = mapped_column(String(64))
    """Ours, which goes to the operator and comes back in its feed; another one each time that it is asked."""
    loa: Mapped[str] = mapped_column(String(16), default=LoaState.NOT_NEEDED, server_default=LoaState.NOT_NEEDED)
    """Where the letter stands that covers it; written by the LOA feature."""
    reason: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    field: Mapped[str] = mapped_column(String(40), default="")
    """Why, in the list's word and in a person's, and which field it is about."""
    decided_by: Mapped[str | None] = mapped_column(String(32))
    """None: the operator's own word, by the feed."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    valid_till: Mapped[date | None] = mapped_column(Date)
    reminded_days: Mapped[int | None]
    """The last renewal reminder that was told: 60, 30 or 7 days before."""


class DroppedFile(Base):
    """A file that somebody dropped in the thread of a draft or of a submission, and what became of it."""

    __tablename__ = "dropped_files"
    __table_args__ = (UniqueConstraint("source"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    draft_id: Mapped[str | None] = mapped_column(ForeignKey("registration_drafts.id"), index=True)
    submission_id: Mapped[str | None] = mapped_column(ForeignKey("submissions.id"))
    """Whose thread it was; a file in a submission's thread goes into the draft that mends it."""
    source: Mapped[str] = mapped_column(String(80))
    """``channel:ts:file`` of its message, so that it comes once."""
    slack_file_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(Text, default="")
    """Why it is no document that is asked for, in a sentence."""
    paper_id: Mapped[str | None] = mapped_column(ForeignKey("papers.id"), index=True)
    """The document that it became; none: nobody said which it is."""
    dropped_by: Mapped[str] = mapped_column(String(32))
    dropped_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FeedState(Base):
    """How far an operator feed was read, and when it was last looked at."""

    __tablename__ = "operator_feeds"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Of its address: another address is another feed, whose cursors mean something else."""
    cursor: Mapped[str] = mapped_column(String(200), default="")
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it last answered as it should."""
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it last told something that changed a row."""
    again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Not before: it asked us to wait."""
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trouble: Mapped[str] = mapped_column(Text, default="")
    """What is wrong with it since then, in a sentence."""


class OperatorNews(Base):
    """One item of an operator's feed: remembered, so that it is heard once, and what it came to."""

    __tablename__ = "operator_news"
    __table_args__ = (Index("ix_operator_news_row", "row_id", "heard_at"),)

    operator: Mapped[str] = mapped_column(String(30), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    row_id: Mapped[str | None] = mapped_column(ForeignKey("registration_operators.id"))
    """None: no row of ours has its reference."""
    reference: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text, default="")
    came_to: Mapped[str] = mapped_column(String(16))
    """``taken``, ``known``, ``late``, ``contradicts``, ``unknown``."""
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)
