"""What becomes of a signing at DocuSign, each step one transaction: what was asked, heard, fetched, and what waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from bot.delivery.jobs import soon
from bot.delivery.outbox import ESCALATION, Telling, find, send, tell
from bot.loa import moving, steps
from bot.loa.docusign_client import Standing
from bot.loa.docusign_errors import ConsentNeeded, DocuSignError, LockedOut
from bot.loa.rules import OPEN_SIGNING, SigningStatus, Way
from bot.loa.signing import AWAY_SINCE, DOCUSIGN_VOID, away_since
from bot.loa.steps import KeptCopy
from bot.loa.tables import Letter, Signing
from bot.storage.database import Tx
from bot.storage.statements import changed

POLL, FETCH = "loa.docusign.poll", "loa.docusign.fetch"
TROUBLE = "loa.docusign.trouble"
"""What staff are told of DocuSign itself, by since when it fails."""
POLL_EVERY = timedelta(minutes=15)
"""DocuSign allows no more for one envelope, whoever asks: us before a restart, or another replica."""
_POLL_LATER = timedelta(hours=1)
_FRESH = timedelta(hours=12)
"""After so long without news an envelope is asked for less often."""
EXPIRES = timedelta(days=30)
TOLD_AFTER = timedelta(minutes=10)
"""A shorter outage is no news to staff; that we are locked out is, at once."""
_ASKED, _WHY, _OUTAGE, _FETCHED = "asked_at", "trouble", "outage", "fetched"


@dataclass(frozen=True)
class Look:
    """A signing and its letter as they stand, and what time it is."""

    signing: Signing
    letter: Letter
    now: datetime

    @property
    def asked_at(self) -> datetime | None:
        """When we began to ask for its envelope, and do not know what came of it."""
        asked = self.signing.facts.get(_ASKED)
        return datetime.fromisoformat(asked) if asked else None


def left_alone(signing: Signing, now: datetime) -> timedelta:
    """How long DocuSign must still be left alone about its envelope; not above zero: it may be asked."""
    return signing.polled_at + POLL_EVERY - now if signing.polled_at else timedelta(0)


def wants_papers(signing: Signing) -> bool:
    """Whether, when it was signed, its papers are to be fetched: also when we had called it off, too late."""
    too_late = signing.status == SigningStatus.CANCELLED and not signing.facts.get(_FETCHED)
    return bool(signing.envelope_id) and (signing.status == SigningStatus.OPEN or too_late)


def look(tx: Tx, signing_id: str) -> Look:
    """How it stands."""
    signing = tx.session.get_one(Signing, signing_id)
    return Look(signing, tx.session.get_one(Letter, signing.letter_id), tx.now)


def _held(tx: Tx, signing_id: str) -> Signing:
    """A signing that nobody else moves before this transaction ends."""
    signing = tx.session.get_one(Signing, signing_id)
    moving.held_letter(tx, signing.letter_id)
    tx.session.refresh(signing)
    return signing


def _note(signing: Signing, **facts: Any) -> None:
    """Facts that are not there any more are given as None."""
    signing.facts = {name: value for name, value in {**signing.facts, **facts}.items() if value is not None}


# The envelope


def asking(tx: Tx, signing_id: str) -> bool:
    """Its envelope is about to be asked for; False when nobody wants it any more."""
    signing = _held(tx, signing_id)
    if signing.status != SigningStatus.CREATING:
        return False
    _note(signing, **{_ASKED: tx.now.isoformat()})
    return True


def made(tx: Tx, signing_id: str, envelope_id: str, *, poll: bool = True) -> None:
    """It has an envelope. When it was called off meanwhile the envelope is voided, so that nobody signs it."""
    signing = _held(tx, signing_id)
    if not steps.signing_opened(tx, signing_id, envelope_id=envelope_id, expires_at=signing.opened_at + EXPIRES):
        signing.envelope_id = envelope_id
        soon(tx, DOCUSIGN_VOID, signing_id)
        return
    tx.session.refresh(signing)
    _note(signing, **{_ASKED: None})
    answers(tx, signing_id)
    if poll:
        soon(tx, POLL, signing_id, after=POLL_EVERY)


def polling(tx: Tx, signing_id: str) -> bool:
    """DocuSign is about to be asked for it; False when that was done a short time ago, by whomever."""
    may = or_(Signing.polled_at.is_(None), Signing.polled_at <= tx.now - POLL_EVERY)
    return changed(tx, update(Signing).where(Signing.id == signing_id, may).values(polled_at=tx.now)) == 1


def is_open(tx: Tx, signing_id: str) -> bool:
    """Whether there is such a signing, and it can be signed at DocuSign."""
    signing = tx.session.get(Signing, signing_id)
    return signing is not None and signing.way == Way.DOCUSIGN and signing.status == SigningStatus.OPEN


def hint(tx: Tx, signing_id: str, after: timedelta) -> None:
    """Something may have happened to its envelope: look ``after`` a while, or when we may."""
    signing = tx.session.get_one(Signing, signing_id)
    soon(tx, POLL, signing_id, after=max(after, left_alone(signing, tx.now)))


def heard(tx: Tx, signing_id: str, standing: Standing) -> bool:
    """How its envelope stands; what comes late or twice changes nothing. True when something follows."""
    signing = _held(tx, signing_id)
    answers(tx, signing_id)
    if standing.ended is SigningStatus.COMPLETED:
        if not wants_papers(signing):
            return False
        soon(tx, FETCH, signing_id)
        return True
    if standing.ended is not None:
        return steps.signing_ended(tx, signing_id, standing.ended, standing.because)
    if signing.status == SigningStatus.OPEN:
        is_fresh = tx.now - signing.opened_at < _FRESH
        soon(tx, POLL, signing_id, after=POLL_EVERY if is_fresh else _POLL_LATER)
    return False


def event(tx: Tx, standing: Standing) -> str:
    """DocuSign tells by itself how an envelope stands: ``moved``, ``late``, or ``unknown`` when it is none of ours."""
    ours = select(Signing.id).where(Signing.envelope_id == standing.envelope_id)
    signing_id = tx.session.scalars(ours).one_or_none()
    if signing_id is None:
        return "unknown"
    return "moved" if heard(tx, signing_id, standing) else "late"


def fetched(tx: Tx, signing_id: str, kept: KeptCopy) -> None:
    """The signed letter and its certificate are here."""
    signing = _held(tx, signing_id)
    if not wants_papers(signing):
        return
    answers(tx, signing_id)
    steps.signed(tx, signing.letter_id, Way.DOCUSIGN, kept)
    _note(signing, **{_FETCHED: True})


# When DocuSign does not answer


def waits(tx: Tx, signing_id: str, trouble: DocuSignError, *, asked: bool) -> None:
    """It has to wait. ``asked`` is False when DocuSign certainly did nothing of what it was asked last."""
    signing = _held(tx, signing_id)
    if signing.status not in OPEN_SIGNING:
        return
    before = away_since(signing)
    outage = next((outage_of(one) for one in those_waiting(tx)), tx.now.isoformat())
    facts = {AWAY_SINCE: (before or tx.now).isoformat(), _WHY: trouble.sentence, _OUTAGE: outage}
    _note(signing, **facts | ({} if asked else {_ASKED: None}))
    tx.session.flush()
    if before is None:
        _show(tx, signing)
    is_long = tx.now - datetime.fromisoformat(outage) >= TOLD_AFTER
    is_ours_to_mend = isinstance(trouble, ConsentNeeded | LockedOut)
    if (is_long or is_ours_to_mend) and find(tx, TROUBLE, outage, ESCALATION) is None:
        tell(tx, Telling(TROUBLE, outage, ESCALATION))


def answers(tx: Tx, signing_id: str) -> None:
    """DocuSign answers again about this one, and staff read how many still wait."""
    signing = tx.session.get_one(Signing, signing_id)
    if away_since(signing) is None:
        return
    told = find(tx, TROUBLE, outage_of(signing), ESCALATION)
    _note(signing, **dict.fromkeys((AWAY_SINCE, _WHY, _OUTAGE)))
    tx.session.flush()
    _show(tx, signing)
    if told is not None:
        send(tx, told)


def those_waiting(tx: Tx, outage: str = "") -> list[Signing]:
    """The signings that wait for DocuSign to answer, of this outage or of any."""
    there = (Signing.way == Way.DOCUSIGN, Signing.status.in_(OPEN_SIGNING))
    waiting = [one for one in tx.session.scalars(select(Signing).where(*there)) if away_since(one)]
    return [one for one in waiting if not outage or outage_of(one) == outage]


def outage_of(signing: Signing) -> str:
    """The outage for whose end it waits: when that began, as ISO time."""
    return str(signing.facts.get(_OUTAGE, ""))


def why_of(signing: Signing) -> str:
    """What its last try came to, in a sentence."""
    return str(signing.facts.get(_WHY, ""))


def _show(tx: Tx, signing: Signing) -> None:
    """Draw the cards again on which it stands."""
    there = moving.held_letter(tx, signing.letter_id)
    moving.settle(tx, there.submission, [there.registration])
