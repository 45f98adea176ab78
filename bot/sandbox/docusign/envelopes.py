"""An envelope: one document, one signer, and what became of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

SENT, DELIVERED, COMPLETED, DECLINED, VOIDED = "sent", "delivered", "completed", "declined", "voided"
OPEN = frozenset({SENT, DELIVERED})
EXPIRED = "Envelope has expired"
"""DocuSign's own reason when it voids one by itself."""


@dataclass
class Signer:
    """Who shall sign. With ``client_user_id`` DocuSign writes to nobody: the sender leads them to the page."""

    recipient_id: str
    guid: str
    name: str
    email: str
    client_user_id: str = ""
    status: str = SENT
    declined_reason: str = ""


@dataclass(frozen=True)
class Notification:
    """Whom to tell of an envelope's events (Connect, per envelope)."""

    url: str
    events: frozenset[str]
    signed: bool


@dataclass(frozen=True)
class Spot:
    """Where a tab is on the document: page from 0, points from the left and from the bottom."""

    kind: str
    page: int
    left: float
    bottom: float


@dataclass
class Envelope:
    """One envelope. ``times`` says when it came to each status."""

    id: str
    subject: str
    blurb: str
    document: str
    pdf: bytes
    signer: Signer
    created_at: datetime
    expire_days: int
    spots: list[Spot]
    fields: dict[str, str] = field(default_factory=dict)
    notification: Notification | None = None
    status: str = SENT
    voided_reason: str = ""
    times: dict[str, datetime] = field(default_factory=dict)
    asked_at: list[datetime] = field(default_factory=list)
    """When somebody asked how it stands."""

    @property
    def sent_at(self) -> datetime:
        """It is sent as soon as it is made: drafts are not taken here."""
        return self.created_at

    @property
    def changed_at(self) -> datetime:
        """When its status changed last."""
        return max(self.times.values(), default=self.created_at)

    @property
    def expires_at(self) -> datetime:
        """When nobody can sign it any more."""
        return self.created_at + timedelta(days=self.expire_days)

    @property
    def is_open(self) -> bool:
        """Whether it can be signed."""
        return self.status in OPEN

    def move(self, status: str, now: datetime) -> None:
        """It comes to another status; its signer with it."""
        self.status = status
        self.times.setdefault(status, now)
        if status in {DELIVERED, COMPLETED, DECLINED}:
            self.signer.status = status
