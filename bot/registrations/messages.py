"""What registrations tell: cards for the customer and for staff, the operators' rows, the news, and the e-mails."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from bot.accounts.tables import Account
from bot.delivery import blocks
from bot.delivery.links import Links
from bot.delivery.outbox import REVIEW, Mail, MessageKind, SlackCard, SlackFile
from bot.delivery.tables import Message
from bot.delivery.voices import Voices, Words
from bot.registrations import card_words, wholes
from bot.registrations.countries import country
from bot.registrations.customer_card import RENEW, customer_card
from bot.registrations.judging import some
from bot.registrations.review_card import review_card, rows_card, slot_titles
from bot.registrations.steps import CARD, COPY, MAIL, NEWS, NOTE, REVIEW_CARD, ROWS, Happening, happened
from bot.registrations.tables import Paper, Registration, Submission
from bot.registrations.wholes import Whole
from bot.storage.database import Tx
from bot.tickets.notices import Reading, Readings, called, calls_assignee
from bot.tickets.rules import number_words
from bot.tickets.tables import Ticket

_EMOJI = {
    "submitted": "📨",
    "resubmitted": "📨",
    "withdrawn": "⚪",
    "expired": "⌛",
    "ending": "⏰",
    "amended": "✏️",
}
_LINE = 150
"""Characters of a line in a digest."""


def kinds(voices: Voices, links: Links, fix_action: str) -> list[MessageKind]:
    """What registrations tell. ``fix_action`` is that of the card's button Fix and resubmit."""
    drawn = Drawings(voices, links, fix_action)
    return [
        MessageKind(CARD, drawn.card),
        MessageKind(REVIEW_CARD, drawn.review),
        MessageKind(ROWS, drawn.rows),
        MessageKind(NEWS, drawn.news),
        MessageKind(MAIL, drawn.mail),
        MessageKind(NOTE, drawn.note),
        MessageKind(COPY, drawn.copy),
    ]


def readings(voices: Voices, links: Links) -> Readings:
    """How news of registrations read in direct messages and digests."""
    drawn = Drawings(voices, links, fix_action="")  # the card alone has that button
    return {NEWS: Reading(drawn.news_card, drawn.news_line), NOTE: Reading(drawn.note_card, drawn.note_line)}


class Drawings:
    """Draws the messages of registrations from their rows."""

    def __init__(self, voices: Voices, links: Links, fix_action: str) -> None:
        self._voices = voices
        self._links = links
        self._fix_action = fix_action

    def card(self, tx: Tx, message: Message) -> SlackCard:
        """The customer's card, the root of the thread."""
        submission = tx.session.get_one(Submission, message.key)
        there = wholes.wholes(tx, submission.id)
        kin = [one.submission for each in there for one in (each.renews, each.renewed_by) if one]
        threads = {one.id: self._thread(tx, one) for one in kin}
        return customer_card(self._voices, there, self._fix_action, today=tx.now.date(), threads=threads)

    def review(self, tx: Tx, message: Message) -> SlackCard:
        """The staff's card of a registration."""
        whole = self._whole(tx, message)
        ids = [id_ for some in whole.submission.papers.values() for id_ in some]
        papers = tx.session.scalars(select(Paper).where(Paper.id.in_(ids)).order_by(Paper.slot, Paper.uploaded_at))
        return review_card(
            self._voices,
            whole,
            account=tx.session.get_one(Account, whole.submission.account_id).name,
            papers=papers.all(),
            thread=self._thread(tx, whole.submission),
            first=self._links.find(tx, whole.ticket.review_kind, whole.ticket.review_key, REVIEW),
        )

    def rows(self, tx: Tx, message: Message) -> SlackCard:
        """The operators' rows in the thread of the staff's card."""
        whole = self._whole(tx, message)
        of_ticket = select(Registration.id).where(Registration.submission_id == whole.submission.id).limit(2)
        return rows_card(self._voices, whole, is_alone=len(tx.session.scalars(of_ticket).all()) == 1)

    def news(self, tx: Tx, message: Message) -> SlackCard:
        """What happened, in the customer's thread."""
        event = happened(tx, message.key)
        calls = event.submission.submitted_by in called(tx, message.kind, message.key)
        return self._news(tx, event, calls=calls)

    def _news(self, tx: Tx, event: Happening, *, calls: bool) -> SlackCard:
        words = self._voices.slack("registrations/news", **self._values(tx, event))
        said = f"{words.headline}\n{words.body}"
        shown = [blocks.section(f"{words.part('told')} {said}" if calls else said)]
        if event.what in {"decided", "amended"}:
            said, stands = f"{said}\n{words.part('stands')}", blocks.context(words.part("stands"))
            shown.append(stands)
        if event.what in {"expired", "ending"}:
            renew = blocks.button(words.plain("button_renew"), RENEW, event.registration.id, style="primary")
            shown.append(blocks.actions([renew]))
        return SlackCard(said, shown)

    def news_card(self, tx: Tx, key: str) -> SlackCard:
        """The same as a direct message."""
        return self._news(tx, happened(tx, key), calls=False)

    def news_line(self, tx: Tx, key: str) -> str:
        """The same as a line."""
        return self._voices.plain("registrations/news", "line", limit=_LINE, **self._values(tx, happened(tx, key)))

    def mail(self, tx: Tx, message: Message) -> Mail:
        """The same by e-mail, in the ticket's conversation."""
        event = happened(tx, message.key)
        text = self._voices.email("registrations/news", **self._values(tx, event))
        return Mail(text.subject, text.html, text.text, about=event.submission.ticket_id)

    def note(self, tx: Tx, message: Message) -> SlackCard:
        """What the customer did, or that an operator contradicts what stands here: for staff only."""
        ticket_id = happened(tx, message.key).submission.ticket_id

        def told(assignee: str) -> str:
            return self._voices.text("registrations/news", "told", calls=assignee)

        return calls_assignee(tx, message, ticket_id, self.note_card(tx, message.key), told)

    def note_card(self, tx: Tx, key: str) -> SlackCard:
        """The same as a direct message."""
        event, words = self._note(tx, key)
        text = words.part(f"note_{event.what}")
        return SlackCard(text, [blocks.section(text)])

    def note_line(self, tx: Tx, key: str) -> str:
        """The same as a line."""
        event, words = self._note(tx, key)
        return words.plain(f"note_{event.what}", _LINE)

    def _note(self, tx: Tx, key: str) -> tuple[Happening, Words]:
        event = happened(tx, key)
        said = str(event.facts.get("said") or "").replace("_", " ")
        values = self._values(tx, event) | {"said": said, "said_why": str(event.facts.get("said_why") or "")}
        return event, self._voices.slack("registrations/news", **values)

    def copy(self, tx: Tx, message: Message) -> SlackFile | None:
        """A paper, for staff."""
        paper = tx.session.get_one(Paper, message.key.partition(":")[0])
        if paper.stored_key is None:
            return None
        root = tx.session.get_one(Message, message.parent_id)
        one = tx.session.get_one(Registration, root.key)
        titles = slot_titles(tx.session.get_one(Submission, one.submission_id))
        values = {"title": titles.get(paper.slot, paper.slot), "name": paper.name, "valid_until": paper.valid_until}
        words = self._voices.slack("registrations/staff", **values)
        return SlackFile(paper.stored_key, paper.name, words.plain("copy", 200), words.part("copy"))

    # The pieces

    def _whole(self, tx: Tx, message: Message) -> Whole:
        return wholes.whole(tx, tx.session.get_one(Registration, message.key))

    def _thread(self, tx: Tx, submission: Submission) -> str:
        return self._links.find(tx, CARD, submission.id, submission.channel)

    def _values(self, tx: Tx, event: Happening) -> dict[str, Any]:
        there, submission = country(event.submission.country), event.submission
        about = [each for each in wholes.wholes(tx, submission.id) if _is_about(event, each)]
        ticket = tx.session.get_one(Ticket, submission.ticket_id)
        told, first = _outcome(event), next(iter(event.rows), None)
        words: Words = self._voices.slack("registrations/news")
        to = str(event.facts.get("to") or "")
        still = [row for row in event.rows if row.status == to]  # what is not so any more was told anew
        ends = {row.valid_till for row in still}
        status = to or (first.status if first else "")
        state = self._voices.state(f"operator.{status}") if status else ""
        return {
            "what": event.what,
            "to": to,
            "emoji": _EMOJI.get(event.what) or state.partition(" ")[0],
            "outcome": words.plain(f"outcome_{told}") if words.has(f"outcome_{told}") else "",
            "ticket": number_words(ticket.number),
            "names": some([each.registration.sender_id for each in about]),
            "country": there.name,
            "spoken": there.spoken,
            "operators": list(dict.fromkeys(row.name for row in event.rows)),
            "status": state,
            "why": card_words.why(still[0]) if still else "",
            "field": card_words.field_name(still[0]) if still else "",
            "valid_till": ends.pop() if len(ends) == 1 else None,
            "many": len({row.registration_id for row in event.rows}) > 1,
            "groups": _groups(event, about),
            "days_count": int(event.facts.get("days") or 0),
            "lead_time": there.lead_time.words,
            "stands": card_words.stands(self._voices, card_words.all_of(about)),
            "calls": submission.submitted_by,
            "reached": [row.name for row in event.rows if row.sent_at or row.decided_at],
            "by": "" if event.facts.get("from_staff") else event.by or "",
            "thread": self._thread(tx, submission),
        }


def _outcome(event: Happening) -> str:
    """What the news are called by: what was decided, or else what happened."""
    return str(event.facts["to"]) if event.what == "decided" else event.what


def _is_about(event: Happening, one: Whole) -> bool:
    mine = {event.registration.id, *(row.registration_id for row in event.rows)}
    return bool(event.facts.get("whole")) or one.registration.id in mine


def _groups(event: Happening, about: Sequence[Whole]) -> list[dict[str, Any]]:
    """Which operators say it of which sender IDs; those that say it of the same ones come together."""
    names = {one.registration.id: one.registration.sender_id for one in about}
    by_operator: dict[str, list[str]] = {}
    for row in event.rows:
        by_operator.setdefault(row.name, []).append(names[row.registration_id])
    together: dict[tuple[str, ...], list[str]] = {}
    for operator, theirs in by_operator.items():
        together.setdefault(tuple(theirs), []).append(operator)
    return [
        {"operators": operators, "names": some(theirs), "names_count": len(theirs)}
        for theirs, operators in together.items()
    ]
