"""A link's way from the first click to the signed letter: what each step finds, and changes, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.loa import links, steps
from bot.loa.copies import why_not
from bot.loa.moving import held_letter
from bot.loa.page.errors import (
    KeptOnly,
    LinkOver,
    NoSuchLink,
    NotNeeded,
    OpenedElsewhere,
    SessionOver,
    SignedAlready,
)
from bot.loa.rules import OPEN_SIGNING, TAKES_COPIES, CopyStatus, SigningStatus, Way
from bot.loa.steps import KeptCopy
from bot.loa.tables import Letter, SignedCopy, Signing, SigningLink
from bot.storage.audit import record
from bot.storage.database import Tx
from bot.storage.statements import held

AT_LEAST = timedelta(hours=2)
"""So long whoever opened a link may take to sign, also when the link itself was for minutes."""
_MOMENT = "%-d %B %Y, %H:%M UTC"


@dataclass(frozen=True)
class Visit:
    """A link and what it leads to; ``copy`` is what was signed by it."""

    link: SigningLink
    signing: Signing
    letter: Letter
    copy: SignedCopy | None

    @property
    def ends_at(self) -> datetime:
        """Until when the browser that opened it may use it."""
        opened = self.link.opened_at
        return max(self.link.expires_at, opened + AT_LEAST) if opened else self.link.expires_at


def moment(at: datetime) -> str:
    """A moment as pages say it."""
    return at.strftime(_MOMENT)


def follow(tx: Tx, token: str) -> Visit:
    """Where a link leads; nothing is changed, whoever looks: mail scanners do. Raises NoSuchLink."""
    link = links.find(tx, token)
    if link is None:
        raise NoSuchLink
    return _visit(tx, link)


def open_(tx: Tx, token: str, session: str, new_session: str) -> tuple[Visit, str]:
    """Somebody opens a link: its browser gets the session ``new_session``, and keeps the one that it has.

    Raises NoSuchLink, OpenedElsewhere, LinkOver, and what ``may_sign`` raises.
    """
    found = follow(tx, token)
    link = held(tx, SigningLink, found.link.id)
    visit = _visit(tx, link)
    if _is_theirs(visit, session) and tx.now < visit.ends_at:
        return visit, session
    if visit.copy is None:
        may_sign(visit)
    if link.opened_at is not None:
        raise OpenedElsewhere(at=moment(link.opened_at))
    if tx.now >= link.expires_at:
        raise LinkOver(until=moment(link.expires_at))
    link.opened_at, link.session_sha256 = tx.now, links.sha256(new_session)
    about, facts = (Signing.__tablename__, visit.signing.id), {"letter": visit.letter.number, "mailed": link.mailed}
    account_id = link.account_id
    record(tx, subject=about, act="loa:link:opened", actor=_asker(link), account_id=account_id, facts=facts)
    return visit, new_session


def enter(tx: Tx, link_id: str, session: str) -> Visit:
    """Come back with a session. Raises SessionOver, alike for a session that is over and for none."""
    link = tx.session.get(SigningLink, link_id)
    visit = _visit(tx, link) if link else None
    if visit is None or not _is_theirs(visit, session) or tx.now >= visit.ends_at:
        raise SessionOver
    return visit


def _is_theirs(visit: Visit, session: str) -> bool:
    return bool(session) and visit.link.session_sha256 == links.sha256(session)


def may_be_led(visit: Visit, now: datetime) -> None:
    """To a provider's page, as often as needed until the link is over. Raises LinkOver."""
    if now >= visit.link.expires_at:
        raise LinkOver(until=moment(visit.link.expires_at))


def may_sign(visit: Visit) -> None:
    """Raises SignedAlready and NotNeeded where there is nothing to sign any more."""
    letter, signing, number = visit.letter, visit.signing, visit.letter.number
    if letter.accepted_at and letter.copy_id:
        raise SignedAlready(number=number, at=moment(letter.accepted_at))
    if signing.status not in OPEN_SIGNING:
        raise NotNeeded(
            number=number, because=signing.because or _ENDED.get(SigningStatus(signing.status), "this attempt is over")
        )
    if letter.status not in TAKES_COPIES:
        raise NotNeeded(number=number, because=why_not(letter))


_ENDED = {
    SigningStatus.DECLINED: "it was sent back unsigned",
    SigningStatus.EXPIRED: "it was not signed in time",
}


def finish(tx: Tx, link_id: str, session: str, kept: KeptCopy, seen: Mapping[str, Any]) -> tuple[Visit, bool]:
    """The sealed letter is stored: it counts from now on. ``seen`` is what the audit keeps of the browser.

    False with it when it was signed a moment before, as by a second click: then ours is not needed. What was called off
    meanwhile is kept all the same. Raises SessionOver, and NotNeeded after it was sent back.
    """
    visit = enter(tx, link_id, session)
    there = held_letter(tx, visit.letter.id)
    tx.session.refresh(visit.signing)
    if visit.signing.status == SigningStatus.COMPLETED or (there.letter.accepted_at and there.letter.copy_id):
        return _visit(tx, visit.link), False
    if visit.signing.status not in OPEN_SIGNING | {SigningStatus.CANCELLED}:
        may_sign(visit)
    about, account_id = (Signing.__tablename__, visit.signing.id), visit.link.account_id
    facts = {"letter": there.letter.number, "signer": kept.signer, "mailed": visit.link.mailed, **kept.facts, **seen}
    record(tx, subject=about, act="loa:page:signed", actor=_asker(visit.link), account_id=account_id, facts=facts)
    copy = steps.signed(tx, there.letter.id, Way.PAGE, kept)
    tx.session.flush()
    visit = _visit(tx, visit.link)
    return Visit(visit.link, visit.signing, visit.letter, copy), True


def send_back(tx: Tx, link_id: str, session: str, because: str) -> Visit:
    """Whoever should sign does not: both sides read why. Raises SessionOver and what ``may_sign`` raises."""
    visit = enter(tx, link_id, session)
    may_sign(visit)
    steps.signing_ended(tx, visit.signing.id, SigningStatus.DECLINED, because)
    return _visit(tx, visit.link)


def was_kept_only(visit: Visit) -> KeptOnly | None:
    """What to say when what was signed came too late to count."""
    if visit.copy is not None and visit.copy.status == CopyStatus.KEPT:
        return KeptOnly(number=visit.letter.number)
    return None


def _asker(link: SigningLink) -> str | None:
    """Who acts, as far as Slack knows them: the officer who got an e-mail is nobody there."""
    return None if link.mailed else link.by


def _visit(tx: Tx, link: SigningLink) -> Visit:
    signing = tx.session.get_one(Signing, link.signing_id)
    letter = tx.session.get_one(Letter, signing.letter_id)
    copy = tx.session.scalars(select(SignedCopy).where(SignedCopy.source == signing.id)).one_or_none()
    return Visit(link, signing, letter, copy)
