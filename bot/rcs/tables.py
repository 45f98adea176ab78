"""RCS agents as they were asked for, their pictures and test devices, and what each carrier says to their launch."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.rcs.rules import AgentStatus, CarrierStatus, ItemStatus, LaunchStatus, PictureStatus, TesterStatus
from bot.storage.columns import one_of
from bot.storage.database import Base, Json, UtcDateTime


class AgentDraft(Base):
    """What a person typed into the request form, saved at every step."""

    __tablename__ = "rcs_drafts"
    __table_args__ = (Index("ix_rcs_drafts_open", "account_id", "user_id", "ended_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    user_id: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(32))
    step: Mapped[str] = mapped_column(String(16))
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What ``service.AgentFields`` has, as typed, and ``pictures {logo, hero: picture id}``."""
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("rcs_agents.id"))
    """The agent that it mends; none for a new one."""
    findings: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """What the last check found, see ``findings.Finding``."""
    checked: Mapped[str] = mapped_column(String(64), default="")
    """Hash of the data that it was about; empty: nothing was checked yet, or it is being checked."""
    preview_key: Mapped[str | None] = mapped_column(String(200))
    """The phone-like picture of that data."""
    view_id: Mapped[str | None] = mapped_column(String(32))
    """The modal in which it is open, so that it shows at once what a check found."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AgentPicture(Base):
    """A logo or a hero that came, what was measured in it, and the mended one that is offered for it."""

    __tablename__ = "rcs_pictures"
    __table_args__ = (
        CheckConstraint(one_of("status", PictureStatus), name="status"),
        UniqueConstraint("draft_id", "slack_file_id", "what"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    draft_id: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(8))
    """``logo`` or ``hero``."""
    status: Mapped[str] = mapped_column(String(16), default=PictureStatus.FETCHING)
    version: Mapped[int] = mapped_column(default=1)
    trouble: Mapped[str] = mapped_column(Text, default="")
    slack_file_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str | None] = mapped_column(String(64))
    stored_key: Mapped[str | None] = mapped_column(String(200))
    findings: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    mended: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """``key, size, kind, notes`` of the mended file; empty: none is offered."""
    compared_key: Mapped[str | None] = mapped_column(String(200))
    """Before and after, beside each other."""
    uses_mended: Mapped[bool] = mapped_column(default=False)
    """The customer took the mended one."""
    uploaded_by: Mapped[str] = mapped_column(String(32))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Agent(Base):
    """An RCS agent as it was asked for: one ticket."""

    __tablename__ = "rcs_agents"
    __table_args__ = (
        CheckConstraint(one_of("status", AgentStatus), name="status"),
        Index("ix_rcs_agents_account", "account_id", "submitted_at"),
        Index("ix_rcs_agents_recent", "submitted_at"),
        Index("ix_rcs_agents_registration", "registration_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), unique=True)
    status: Mapped[str] = mapped_column(String(16), default=AgentStatus.REQUESTED)
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    """Counts what the customer sent in: 2 after the first time that it was mended."""
    name: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(String(200))
    color: Mapped[str] = mapped_column(String(7))
    use_case: Mapped[str] = mapped_column(String(20))
    fields: Mapped[dict[str, Any]] = mapped_column(Json)
    """All of ``service.AgentFields``."""
    logo_id: Mapped[str | None] = mapped_column(ForeignKey("rcs_pictures.id"))
    hero_id: Mapped[str | None] = mapped_column(ForeignKey("rcs_pictures.id"))
    preview_key: Mapped[str | None] = mapped_column(String(200))
    findings: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    registration_id: Mapped[str | None] = mapped_column(ForeignKey("registrations.id"))
    """Singapore's sender ID of the same name."""
    reason: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    field: Mapped[str] = mapped_column(String(40), default="")
    """Why it was sent back or rejected, and which field it is about."""
    reference: Mapped[str] = mapped_column(String(120), default="")
    """The agent's id at Google, once 8x8 made it."""
    decided_by: Mapped[str | None] = mapped_column(String(32))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    channel: Mapped[str] = mapped_column(String(32))
    submitted_by: Mapped[str] = mapped_column(String(32))
    submitter_email: Mapped[str] = mapped_column(String(254), default="")
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AgentRevision(Base):
    """An agent as it was sent in, word by word; written once, never changed."""

    __tablename__ = "rcs_agent_revisions"

    agent_id: Mapped[str] = mapped_column(ForeignKey("rcs_agents.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    by: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    snapshot: Mapped[dict[str, Any]] = mapped_column(Json)


class Tester(Base):
    """A test device of an agent."""

    __tablename__ = "rcs_testers"
    __table_args__ = (
        CheckConstraint(one_of("status", TesterStatus), name="status"),
        UniqueConstraint("agent_id", "number"),
        Index("ix_rcs_testers_status", "status", "agent_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    agent_id: Mapped[str] = mapped_column(ForeignKey("rcs_agents.id"))
    number: Mapped[str] = mapped_column(String(16))
    """E.164 with its plus."""
    label: Mapped[str] = mapped_column(String(60), default="")
    system: Mapped[str] = mapped_column(String(10), default="")
    """``android``, ``ios``, or not said."""
    status: Mapped[str] = mapped_column(String(16), default=TesterStatus.ASKED)
    version: Mapped[int] = mapped_column(default=1)
    added_by: Mapped[str] = mapped_column(String(32))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Invite(Base):
    """One time that a test device was invited: what the day's limit counts."""

    __tablename__ = "rcs_invites"
    __table_args__ = (Index("ix_rcs_invites_agent", "agent_id", "at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    agent_id: Mapped[str] = mapped_column(ForeignKey("rcs_agents.id"))
    tester_id: Mapped[str] = mapped_column(ForeignKey("rcs_testers.id"))
    by: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class LaunchItem(Base):
    """One item of an agent's launch checklist; shared by all regions that ask for it."""

    __tablename__ = "rcs_items"
    __table_args__ = (
        CheckConstraint(one_of("status", ItemStatus), name="status"),
        UniqueConstraint("agent_id", "code"),
        Index("ix_rcs_items_status", "status", "agent_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    agent_id: Mapped[str] = mapped_column(ForeignKey("rcs_agents.id"))
    code: Mapped[str] = mapped_column(String(40))
    """As in ``checklist.yml``."""
    status: Mapped[str] = mapped_column(String(16), default=ItemStatus.MISSING)
    version: Mapped[int] = mapped_column(default=1)
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What was typed or ticked: a link to a video, its contents."""
    reason: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    given_by: Mapped[str | None] = mapped_column(String(32))
    given_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(32))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ItemFile(Base):
    """A file that was uploaded for a launch item; later ones are further versions, none is overwritten."""

    __tablename__ = "rcs_item_files"
    __table_args__ = (UniqueConstraint("item_id", "slack_file_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("rcs_items.id"))
    number: Mapped[int]
    slack_file_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(8), default="")
    """By its content: ``pdf``, ``docx``, ``mp4``, ...; empty until it was looked at."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    stored_key: Mapped[str | None] = mapped_column(String(200))
    trouble: Mapped[str] = mapped_column(Text, default="")
    uploaded_by: Mapped[str] = mapped_column(String(32))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Launch(Base):
    """What was asked for at once: an agent's launch in regions; one ticket."""

    __tablename__ = "rcs_launches"
    __table_args__ = (
        CheckConstraint(one_of("status", LaunchStatus), name="status"),
        UniqueConstraint("agent_id", "number"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    agent_id: Mapped[str] = mapped_column(ForeignKey("rcs_agents.id"))
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), unique=True)
    number: Mapped[int]
    """Counts the agent's launches."""
    status: Mapped[str] = mapped_column(String(16), default=LaunchStatus.SUBMITTED)
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    use_case: Mapped[str] = mapped_column(String(20))
    """What it is launched for; fixed from then on."""
    regions: Mapped[list[str]] = mapped_column(Json)
    repeats: Mapped[list[str]] = mapped_column(Json, default=list)
    """Regions that were launched before: Google wants them named again."""
    answers: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """The launch questionnaire as submitted."""
    channel: Mapped[str] = mapped_column(String(32))
    submitted_by: Mapped[str] = mapped_column(String(32))
    submitter_email: Mapped[str] = mapped_column(String(254), default="")
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CarrierRow(Base):
    """What one carrier in one region says to one launch."""

    __tablename__ = "rcs_carriers"
    __table_args__ = (
        CheckConstraint(one_of("status", CarrierStatus), name="status"),
        UniqueConstraint("launch_id", "region", "carrier"),
        Index("ix_rcs_carriers_agent", "agent_id", "status"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    agent_id: Mapped[str] = mapped_column(ForeignKey("rcs_agents.id"))
    launch_id: Mapped[str] = mapped_column(ForeignKey("rcs_launches.id"))
    region: Mapped[str] = mapped_column(String(10))
    carrier: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    status: Mapped[str] = mapped_column(String(16), default=CarrierStatus.UNDER_REVIEW)
    version: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    field: Mapped[str] = mapped_column(String(40), default="")
    decided_by: Mapped[str | None] = mapped_column(String(32))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    live_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
