"""What requests for agents tell: cards for the customer and for staff, news, e-mails, and pictures."""

from collections.abc import Callable, Sequence
from typing import Any

from bot.accounts.tables import Account
from bot.delivery import blocks
from bot.delivery.links import Links
from bot.delivery.outbox import Mail, MessageKind, SlackCard, SlackFile
from bot.delivery.tables import Message
from bot.delivery.voices import Voices, Words
from bot.rcs.customer_card import customer_card
from bot.rcs.picture_rules import SPECS
from bot.rcs.reasons import FIELDS, REASONS
from bot.rcs.review_card import review_card
from bot.rcs.steps import (
    CARD,
    COMPARED,
    DRAFT_PREVIEW,
    MAIL,
    NEWS,
    NOTE,
    PICTURE_FILE,
    PREVIEW_FILE,
    REVIEW_CARD,
    Happening,
    happened,
    shown_key,
)
from bot.rcs.tables import Agent, AgentDraft, AgentPicture
from bot.registrations.tables import Registration
from bot.storage.database import Tx
from bot.tickets.notices import Reading, Readings, called, calls_assignee
from bot.tickets.rules import number_words
from bot.tickets.tables import Ticket

Stands = Callable[[Tx, Agent], Sequence[str]]
"""Lines on an agent's testers and launches, for its cards."""
_LINE = 150
"""Characters of a line in a digest."""


def no_stands(_tx: Tx, _agent: Agent) -> Sequence[str]:
    """Nothing is known of testers and launches."""
    return ()


def kinds(voices: Voices, links: Links, stands: Stands = no_stands) -> list[MessageKind]:
    """What requests for agents tell."""
    drawn = Drawings(voices, links, stands)
    return [
        MessageKind(CARD, drawn.card),
        MessageKind(REVIEW_CARD, drawn.review),
        MessageKind(NEWS, drawn.news),
        MessageKind(MAIL, drawn.mail),
        MessageKind(NOTE, drawn.note),
        MessageKind(PICTURE_FILE, drawn.picture),
        MessageKind(PREVIEW_FILE, drawn.preview),
        MessageKind(COMPARED, drawn.compared),
        MessageKind(DRAFT_PREVIEW, drawn.draft_preview),
    ]


def readings(voices: Voices, links: Links) -> Readings:
    """How news of agents read in direct messages and digests."""
    drawn = Drawings(voices, links, no_stands)
    return {NEWS: Reading(drawn.news_card, drawn.news_line), NOTE: Reading(drawn.note_card, drawn.note_line)}


class Drawings:
    """Draws the messages of agents from their rows."""

    def __init__(self, voices: Voices, links: Links, stands: Stands) -> None:
        self._voices = voices
        self._links = links
        self._stands = stands

    def card(self, tx: Tx, message: Message) -> SlackCard:
        """The customer's card, the root of the thread."""
        return self.of_customer(tx, tx.session.get_one(Agent, message.key))

    def of_customer(self, tx: Tx, agent: Agent) -> SlackCard:
        """The same, wherever it is shown."""
        ticket = tx.session.get_one(Ticket, agent.ticket_id)
        return customer_card(self._voices, agent, ticket, self._stands(tx, agent), _ssir(tx, agent))

    def review(self, tx: Tx, message: Message) -> SlackCard:
        """The staff's card."""
        agent = tx.session.get_one(Agent, message.key)
        return review_card(
            self._voices,
            agent,
            tx.session.get_one(Ticket, agent.ticket_id),
            account=tx.session.get_one(Account, agent.account_id).name,
            thread=self._thread(tx, agent),
            stands=self._stands(tx, agent),
            registration=_ssir(tx, agent),
        )

    def news(self, tx: Tx, message: Message) -> SlackCard:
        """What happened, in the customer's thread."""
        event = happened(tx, message.key)
        calls = event.agent.submitted_by in called(tx, message.kind, message.key)
        return self._news(tx, event, calls=calls)

    def _news(self, tx: Tx, event: Happening, *, calls: bool) -> SlackCard:
        words = self._voices.slack("rcs/news", **self._values(tx, event))
        said = f"{words.headline}\n{words.body}"
        return SlackCard(said, [blocks.section(f"{words.part('told')} {said}" if calls else said)])

    def news_card(self, tx: Tx, key: str) -> SlackCard:
        """The same as a direct message."""
        return self._news(tx, happened(tx, key), calls=False)

    def news_line(self, tx: Tx, key: str) -> str:
        """The same as a line."""
        return self._voices.plain("rcs/news", "line", limit=_LINE, **self._values(tx, happened(tx, key)))

    def mail(self, tx: Tx, message: Message) -> Mail:
        """The same by e-mail, in the ticket's conversation."""
        event = happened(tx, message.key)
        text = self._voices.email("rcs/news", **self._values(tx, event))
        return Mail(text.subject, text.html, text.text, about=event.agent.ticket_id)

    def note(self, tx: Tx, message: Message) -> SlackCard:
        """What the customer did: for staff only."""

        def told(assignee: str) -> str:
            return self._voices.text("rcs/news", "told", calls=assignee)

        ticket_id = happened(tx, message.key).agent.ticket_id
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
        return event, self._voices.slack("rcs/news", **self._values(tx, event))

    # Pictures

    def picture(self, tx: Tx, message: Message) -> SlackFile | None:
        """A logo or hero as it is sent in, for staff."""
        picture = tx.session.get_one(AgentPicture, message.key)
        key = shown_key(picture)
        if not key:
            return None
        size = f"{picture.mended['size'] if picture.uses_mended else picture.size:,}"
        values = {"what": picture.what, "name": picture.name, "size": size, "mended": picture.uses_mended}
        name = f"{picture.what}.{key.rpartition('.')[2]}" if picture.uses_mended else picture.name
        words = self._voices.slack("rcs/files", **values, pixels=SPECS[picture.what].size)
        return SlackFile(key, name, words.plain("picture_title"), words.part("picture"))

    def preview(self, tx: Tx, message: Message) -> SlackFile | None:
        """The agent on a phone, as it was sent in at a revision."""
        agent_id, _, revision = message.key.partition(":")
        agent = tx.session.get_one(Agent, agent_id)
        if agent.preview_key is None or str(agent.revision) != revision:
            return None
        return self._preview(agent.preview_key, agent.name, "preview")

    def draft_preview(self, tx: Tx, message: Message) -> SlackFile | None:
        """The agent on a phone, for who types."""
        draft = tx.session.get_one(AgentDraft, message.key.partition(":")[0])
        if draft.preview_key is None or draft.ended_at is not None:
            return None
        return self._preview(draft.preview_key, str(draft.data.get("name") or ""), "draft_preview")

    def _preview(self, key: str, name: str, part: str) -> SlackFile:
        words = self._voices.slack("rcs/files", name=name)
        return SlackFile(key, "preview.png", words.plain("preview_title"), words.part(part))

    def compared(self, tx: Tx, message: Message) -> SlackFile | None:
        """What came beside what was mended, for who sent it."""
        picture = tx.session.get_one(AgentPicture, message.key)
        if picture.compared_key is None:
            return None
        said = str(picture.mended.get("words") or "")
        words = self._voices.slack("rcs/files", what=picture.what, name=picture.name, said=said)
        return SlackFile(
            picture.compared_key,
            f"{picture.what}-before-after.png",
            words.plain("compared_title"),
            words.part("compared"),
        )

    # The pieces

    def _thread(self, tx: Tx, agent: Agent) -> str:
        return self._links.find(tx, CARD, agent.id, agent.channel)

    def _values(self, tx: Tx, event: Happening) -> dict[str, Any]:
        agent, facts = event.agent, event.facts
        ticket = tx.session.get_one(Ticket, agent.ticket_id)
        emoji, _, state = self._voices.state(f"agent.{agent.status}").partition(" ")
        words = self._voices.slack("rcs/news")
        return {
            "what": event.what,
            "emoji": "📨" if event.what in {"submitted", "resubmitted"} else emoji,
            "outcome": words.plain(f"outcome_{event.what}"),
            "ticket": number_words(ticket.number),
            "name": agent.name,
            "status": f"{emoji} {state}",
            "why": REASONS.words(str(facts.get("reason") or ""), str(facts.get("words") or "")),
            "field": FIELDS.get(str(facts.get("field") or ""), ""),
            "changed": [FIELDS[name] for name in facts.get("changed", ()) if name in FIELDS],
            "reference": str(facts.get("reference") or ""),
            "calls": agent.submitted_by,
            "by": "" if facts.get("from_staff") else event.by or "",
            "thread": self._thread(tx, agent),
        }


def _ssir(tx: Tx, agent: Agent) -> str:
    """Singapore's sender ID that it is linked to, with the ticket it stands in; empty for none."""
    registration = tx.session.get(Registration, agent.registration_id) if agent.registration_id else None
    return registration.sender_id if registration else ""
