"""The card of a draft, under which documents are dropped, and what became of each file."""

from sqlalchemy import select

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.outbox import MessageKind, SlackCard
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.registrations import drafts, drops, wizard
from bot.registrations.countries import Slot
from bot.registrations.rules import PaperStatus
from bot.registrations.steps import DRAFT, DROP
from bot.registrations.tables import Draft, DroppedFile, Paper, Submission
from bot.storage.database import Tx
from bot.tickets.rules import number_words
from bot.tickets.tables import Ticket

WHICH = "senderid:drop"
_CHOICES_MAX = 100


def kinds(voices: Voices, draft_action: str) -> list[MessageKind]:
    """What is told about drafts and dropped files. ``draft_action`` is that of the button Continue draft."""
    drawn = Drawings(voices, draft_action)
    return [MessageKind(DRAFT, drawn.draft), MessageKind(DROP, drawn.drop)]


class Drawings:
    """Draws them from their rows."""

    def __init__(self, voices: Voices, draft_action: str) -> None:
        self._voices = voices
        self._draft_action = draft_action

    def draft(self, tx: Tx, message: Message) -> SlackCard:
        """What is attached, what is missing, and that files may be dropped here; or how the draft ended."""
        draft = tx.session.get_one(Draft, message.key)
        sight = wizard.sight_of(tx, draft)
        needed = sight.needed(proofs=True)
        words = self._voices.slack(
            "registrations/drop",
            submitter=draft.user_id,
            country=sight.rules.name if sight.rules else "",
            company=sight.company.name if sight.company else "",
            have_count=sum(sight.has(slots) for slots in needed),
            need_count=len(needed),
            missing=[" or ".join(slot.title for slot in slots) for slots in needed if not sight.has(slots)],
            ticket=_ticket(tx, draft),
        )
        body = [blocks.section(words.headline)]
        if draft.ended_at is not None:
            body.append(blocks.section(words.part("submitted" if draft.step == drafts.SUBMITTED else "discarded")))
            return SlackCard(words.headline, body)
        body.append(blocks.section("\n".join([words.part("attached"), *words.lines("missing")])))
        body.append(blocks.context(words.part("how")))
        button = blocks.button(words.plain("button_continue"), self._draft_action, draft.id, style="primary")
        return SlackCard(words.headline, [*body, blocks.actions([button])])

    def drop(self, tx: Tx, message: Message) -> SlackCard:
        """Which document a file is, or the question; and what was found when it was looked at."""
        drop = tx.session.get_one(DroppedFile, message.key)
        draft = tx.session.get(Draft, drop.draft_id) if drop.draft_id else None
        paper = tx.session.get(Paper, drop.paper_id) if drop.paper_id else None
        slots = drops.fitting(tx, drop)
        title = next((slot.title for slot in slots if paper and slot.code == paper.slot), "")
        trouble = drop.trouble or (paper.trouble if paper and paper.status == PaperStatus.REFUSED else "")
        words = self._voices.slack(
            "registrations/drop", name=drop.name, title=title, trouble=trouble, mends=drop.submission_id is not None
        )
        is_open = draft is None or draft.ended_at is None
        asks = "which" if is_open else "unused"
        said = words.part("trouble" if trouble else f"paper_{paper.status}" if paper else asks)
        return SlackCard(said, [blocks.section(said), *(self._choice(drop, slots, paper) if is_open else [])])

    def _choice(self, drop: DroppedFile, slots: list[Slot], paper: Paper | None) -> list[Block]:
        if not slots:
            return []
        words = self._voices.slack("registrations/drop")
        options = [blocks.option(slot.title, slot.code) for slot in slots[:_CHOICES_MAX]]
        picker: Block = {"type": "static_select", "action_id": WHICH, "options": options}
        mends = drop.submission_id is not None and drop.draft_id is None
        picker["placeholder"] = blocks.plain(words.plain("placeholder_mend" if mends else "placeholder", 150))
        chosen = next((option for option in options if paper and option["value"] == paper.slot), None)
        picker |= {"initial_option": chosen} if chosen else {}
        return [blocks.actions([picker], block_id=f"drop:{drop.id}")]


def _ticket(tx: Tx, draft: Draft) -> str:
    if draft.submission_id is None:
        return ""
    made = select(Ticket.number).join(Submission, Submission.ticket_id == Ticket.id)
    return number_words(tx.session.scalars(made.where(Submission.id == draft.submission_id)).one())
