"""Files dropped in the thread of a draft, or of what was submitted: which document each of them is."""

from collections.abc import Iterable, Sequence
from typing import cast

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.outbox import tell
from bot.delivery.tables import Message
from bot.errors import DeskError
from bot.registrations import companies, completeness, drafts, wizard
from bot.registrations.companies import Arrival
from bot.registrations.countries import Slot, country
from bot.registrations.rules import PaperStatus
from bot.registrations.steps import CARD, DRAFT, draft_card, drop_card, redraw_draft
from bot.registrations.tables import Draft, DroppedFile, Paper, Registration, Submission
from bot.storage.database import Tx
from bot.storage.statements import add_once


class NotYourDraft(DeskError):
    """This draft is {whose}, and only what they drop here goes into it. Begin your own with `/senderid register`."""


class NoCountryYet(DeskError):
    """I do not know yet which documents are asked for. Choose the country in the form, then say what this file is."""


def open_thread(tx: Tx, who: Who, draft_id: str) -> Draft:
    """Show a card of the draft where its ticket's thread will be; what its person drops under it goes into it."""
    draft = drafts.locked(tx, who, draft_id)
    tell(tx, draft_card(draft))
    return draft


def whose(tx: Tx, channel: str, root: str) -> Draft | Submission | None:
    """The draft or the submission whose card is the root of a thread; None for all other threads."""
    ours = (Message.channel == channel, Message.ts == root, Message.kind.in_((DRAFT, CARD)))
    card = tx.session.scalars(select(Message).where(*ours).limit(1)).first()
    if card is None:
        return None
    return tx.session.get(Draft, card.key) if card.kind == DRAFT else tx.session.get(Submission, card.key)


def may_fill(who: Who, draft: Draft) -> bool:
    """Whether what somebody drops goes into a draft: only its person's does.

    A colleague is told so (NotYourDraft); others in the channel are not answered. Raises DraftEnded.
    """
    if who.user_id != draft.user_id:
        if who.account_id == draft.account_id and who.account_id is not None:
            raise NotYourDraft(whose=f"<@{draft.user_id}>'s")
        return False
    if draft.ended_at is not None:
        raise drafts.DraftEnded(ended=draft.step)
    return True


def came(tx: Tx, who: Who, thread: Draft | Submission, ts: str, arrivals: Sequence[Arrival]) -> list[DroppedFile]:
    """Files came in the message ``ts`` of a thread: attach what can only be one document, and ask about the others.

    In a submission's thread it is asked only where something is to be mended. The same message comes in once.
    """
    if isinstance(thread, Submission) and not _mends(tx, who, thread):
        return []
    dropped = []
    for arrival in arrivals:
        drop = DroppedFile(
            id=tx.new_id(),
            account_id=thread.account_id,
            draft_id=thread.id if isinstance(thread, Draft) else None,
            submission_id=thread.id if isinstance(thread, Submission) else None,
            source=f"{thread.channel}:{ts}:{arrival.slack_file_id}"[:80],
            slack_file_id=arrival.slack_file_id,
            name=arrival.name,
            size=arrival.size,
            dropped_by=who.user_id,
            dropped_at=tx.now,
        )
        if add_once(tx, drop):
            _sort(tx, who, drop)
            tell(tx, drop_card(tx, drop))
            dropped.append(drop)
    return dropped


def _mends(tx: Tx, who: Who, submission: Submission) -> bool:
    return who.account_id == submission.account_id and not who.is_staff and bool(drafts.asked(tx, submission.id))


def _sort(tx: Tx, who: Who, drop: DroppedFile) -> None:
    """Attach it where only one document is missing and it fits; else say why it fits nowhere, or leave it open."""
    slots = slots_of(tx, drop)
    fits = [slot for slot in slots if not _misfit(drop, slot)]
    if slots and not fits:
        drop.trouble = _misfit(drop, max(slots, key=lambda slot: (slot.max_bytes, len(slot.types))))
    draft = tx.session.get(Draft, drop.draft_id) if drop.draft_id else None
    missing = _missing(tx, draft) if draft else []
    if draft and len(missing) == 1 and missing[0] in fits:
        _attach(tx, who, drop, draft, missing[0])


def _missing(tx: Tx, draft: Draft) -> list[Slot]:
    """The documents that the draft still needs; of several of which one is enough, all."""
    sight = wizard.sight_of(tx, draft)
    return [slot for some in sight.needed(proofs=True) if not sight.has(some) for slot in some]


def slots_of(tx: Tx, drop: DroppedFile) -> tuple[Slot, ...]:
    """The documents that a dropped file may be: those of its draft's case, or of its submission's."""
    if drop.draft_id:
        return completeness.slots_of(tx.session.get_one(Draft, drop.draft_id))
    submission = tx.session.get_one(Submission, drop.submission_id)
    brandless = select(Registration.id).where(Registration.submission_id == submission.id, Registration.brandless)
    any_brandless = tx.session.scalars(brandless.limit(1)).first() is not None
    return country(submission.country).slots(submission.entity, submission.industry, brandless=any_brandless)


def fitting(tx: Tx, drop: DroppedFile) -> list[Slot]:
    """The documents that a dropped file may be by its name and size."""
    return [slot for slot in slots_of(tx, drop) if not _misfit(drop, slot)]


def _misfit(drop: DroppedFile, slot: Slot) -> str:
    return wizard.misfit_of(Arrival(drop.slack_file_id, drop.name, drop.size), slot)


def choose(tx: Tx, who: Who, drop_id: str, code: str) -> Draft:
    """Somebody says which document a file is; said anew it moves. In a submission's thread a draft mends it.

    Raises NotFound, NotYourDraft, DraftEnded, NothingToMend, NoSuchPaper, and NoCountryYet.
    """
    drop = load(tx, DroppedFile, drop_id, who, what="That file")
    draft = drafts.fix(tx, who, drop.submission_id) if drop.submission_id else None
    draft = drafts.locked(tx, who, draft.id if draft else cast(str, drop.draft_id))
    if draft.user_id != who.user_id:
        raise NotYourDraft(whose=f"<@{draft.user_id}>'s")
    drop.draft_id = draft.id
    slots = slots_of(tx, drop)
    if not slots:
        raise NoCountryYet
    slot = next((slot for slot in slots if slot.code == code), None)
    if slot is None:
        raise companies.NoSuchPaper(slot="that")
    drop.trouble = _misfit(drop, slot)
    if not drop.trouble:
        _attach(tx, who, drop, draft, slot)
    tell(tx, drop_card(tx, drop))
    return draft


def _attach(tx: Tx, who: Who, drop: DroppedFile, draft: Draft, slot: Slot) -> None:
    """Put it into its place, instead of what was put there by hand; taken out of where it was before."""
    before = tx.session.get(Paper, drop.paper_id) if drop.paper_id else None
    if before is not None and before.slot == slot.code and before.status != PaperStatus.REFUSED:
        return
    papers = {name: _without(ids, before) for name, ids in (draft.data.get("papers") or {}).items()} | {slot.code: []}
    draft = drafts.save(tx, who, draft.id, {"papers": papers}, draft.step)
    arrival = Arrival(drop.slack_file_id, drop.name, drop.size)
    paper = companies.add_paper(tx, who, slot.code, arrival, draft.data.get("company_id") or None, draft.id)
    drop.paper_id, drop.trouble = paper.id, ""
    redraw_draft(tx, draft)


def _without(ids: Iterable[str], paper: Paper | None) -> list[str]:
    return [each for each in ids if paper is None or each != paper.id]
