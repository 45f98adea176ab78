"""What can happen to letters, each step one transaction: with its audit, the cards, the turn, and who is told.

Signing on a screen stands here; the others stand in ``following``, ``drawing``, ``copies`` and
``deciding``, and are offered here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.transition import who_was_first
from bot.loa import moving, signing
from bot.loa.copies import (
    NotToBeSigned,
    Outcome,
    accepted,
    copy_came,
    fetched,
    judged,
    moved_to,
    new_copy,
    unreadable,
    why_not,
)
from bot.loa.deciding import accept, return_
from bot.loa.drawing import Drawing, cannot_draw, draw_again, drawn, is_known, release
from bot.loa.following import follow
from bot.loa.moving import Held, held_letter, open_signing, settle, supersede
from bot.loa.rules import OPEN_SIGNING, SIGNABLE, TAKES_COPIES, CopyStatus, SigningStatus, Way
from bot.loa.tables import Letter, SignedCopy, Signing
from bot.storage.audit import record
from bot.storage.database import Tx

__all__ = [
    "Drawing", "KeptCopy", "NotToBeSigned", "Outcome", "accept", "begin_signing", "cannot_draw", "copy_came",
    "draw_again", "drawn", "fetched", "follow", "is_known", "judged", "moved_to", "release", "return_", "signed",
    "signing_ended", "signing_opened", "supersede", "unreadable",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class KeptCopy:
    """A letter that was signed on a screen, as it was stored: its key, SHA-256, and size in bytes.

    ``by`` is the Slack id of whoever signed, where that is known; ``signer`` is their name.
    """

    stored_key: str
    sha256: str
    size: int
    certificate_key: str = ""
    by: str = ""
    signer: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def begin_signing(
    tx: Tx, who: Who, letter_id: str, way: str, *, seen: int | None = None, by_mail: bool = False
) -> Signing:
    """Begin to sign a letter on a screen; the attempt that is open already when it is the same way.

    ``by_mail``: its officer gets the link by e-mail; on our own page that may come besides. Another way that was begun
    is called off. Raises NotFound; NotToBeSigned when it is not the time for it; OutOfDate when the letter moved on
    since the person saw it (``seen``).
    """
    load(tx, Letter, letter_id, who, what="That letter")
    there = held_letter(tx, letter_id)
    letter = there.letter
    if letter.status not in SIGNABLE:
        raise NotToBeSigned(number=letter.number, why=why_not(letter))
    if seen is not None and letter.version != seen:
        raise who_was_first(tx, letter)
    one = open_signing(tx, letter_id)
    if one is not None and one.way == way and (way == Way.PAGE or signing.is_by_mail(one) == by_mail):
        one.facts = one.facts | ({signing.BY_MAIL: True} if by_mail else {})
        return one
    if one is not None:
        moving.end_signing(tx, one, SigningStatus.CANCELLED, by=who.user_id, because="another way was chosen")
    made = Signing(
        id=tx.new_id(),
        account_id=letter.account_id,
        letter_id=letter.id,
        way=way,
        status=SigningStatus.OPEN if way == Way.PAGE else SigningStatus.CREATING,
        signer_name=str(there.submission.company.get("officer_name") or ""),
        signer_email=str(there.submission.company.get("officer_email") or ""),
        opened_by=who.user_id,
        opened_at=tx.now,
        facts={signing.BY_MAIL: True} if by_mail else {},
    )
    tx.session.add(made)
    tx.session.flush()
    facts = {"letter": letter.number, "way": way, "from_staff": who.is_staff}
    about = (Signing.__tablename__, made.id)
    record(tx, subject=about, act="loa:signing:begun", actor=who.user_id, account_id=letter.account_id, facts=facts)
    signing.begun(tx, made)
    return made


def signing_opened(tx: Tx, signing_id: str, **values: Any) -> bool:
    """The provider has it, with what is known of it now (``envelope_id``); False when it had ended meanwhile."""
    one = tx.session.get_one(Signing, signing_id)
    held_letter(tx, one.letter_id)
    tx.session.refresh(one)
    if one.status != SigningStatus.CREATING:
        return one.status == SigningStatus.OPEN
    moving.open_up(tx, one, **values)
    return True


def signed(tx: Tx, letter_id: str, way: str, kept: KeptCopy) -> SignedCopy:
    """A letter was signed on a screen, and the file is here: it counts at once, and people are told.

    The same file a second time is the same copy. When another one was accepted before, or nobody needs the letter any
    more, this one is kept as a version.
    """
    there = held_letter(tx, letter_id)
    letter = there.letter
    same = select(SignedCopy).where(SignedCopy.letter_id == letter_id, SignedCopy.sha256 == kept.sha256)
    before = tx.session.scalars(same.limit(1)).first()
    if before is not None:
        return before
    one = open_signing(tx, letter_id)
    source = one.id if one is not None and one.way == way else None
    copy = new_copy(
        tx, letter, way, status=CopyStatus.CHECKING, source=source, by=kept.by or None, name=f"{letter.number}.pdf",
        size=kept.size, sha256=kept.sha256, stored_key=kept.stored_key, clean_key=kept.stored_key, kind="pdf",
        clean_sha256=kept.sha256, certificate_key=kept.certificate_key or None, signer=kept.signer, pages=letter.pages,
    )  # fmt: skip
    if one is not None and one.way == way:
        if one.status == SigningStatus.CREATING:  # its first answer was lost on the way
            moving.open_up(tx, one)
        one.facts = {**one.facts, **kept.facts}
        moving.end_signing(tx, one, SigningStatus.COMPLETED)
    if letter.status in TAKES_COPIES:
        moving.move_copy(tx, copy, CopyStatus.ACCEPTED, "accepted", by=None, decided_at=tx.now)
        accepted(tx, there, copy, None)
    else:
        moving.move_copy(tx, copy, CopyStatus.KEPT, "kept", by=None)
        key = moving.write_down(tx, there.submission, "kept", None, [letter], copy=copy.id)
        moving.inform(tx, there.submission, key, needs_action=False)
    return copy


def signing_ended(tx: Tx, signing_id: str, status: str, because: str = "") -> bool:
    """An attempt came to nothing: declined, voided, expired, cancelled, failed. Both sides read how to go on.

    False when it had ended before: what comes late or twice changes nothing.
    """
    one = tx.session.get_one(Signing, signing_id)
    there = held_letter(tx, one.letter_id)
    tx.session.refresh(one)
    if one.status not in OPEN_SIGNING:
        return False
    to = SigningStatus(status)
    if one.status == SigningStatus.CREATING and to not in {SigningStatus.CANCELLED, SigningStatus.FAILED}:
        moving.open_up(tx, one)
    moving.end_signing(tx, one, to, because=because)
    if to is not SigningStatus.CANCELLED:
        _tell_ended(tx, there, one)
    return True


def _tell_ended(tx: Tx, there: Held, one: Signing) -> None:
    settle(tx, there.submission, [there.registration])
    key = moving.write_down(tx, there.submission, "ended", None, [there.letter], signing=one.id)
    moving.inform(tx, there.submission, key, needs_action=there.letter.status in SIGNABLE)
    if one.status in {SigningStatus.DECLINED, SigningStatus.FAILED}:
        moving.inform_staff(tx, there.registration, key)
