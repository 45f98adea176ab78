"""What testing and launching tell: cards for the customer and for staff, news, e-mails, and the files of items."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from bot.accounts.tables import Account
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.links import Links
from bot.delivery.outbox import REVIEW, Mail, MessageKind, SlackCard, SlackFile
from bot.delivery.tables import Message
from bot.delivery.voices import Voices, Words
from bot.rcs import checklist, items, steps
from bot.rcs.customer_card import use_case_words
from bot.rcs.launch_card import launch_card
from bot.rcs.launch_review_card import items_card, review_card, rows_card
from bot.rcs.launch_steps import CARD, ITEM_FILE, ITEMS, MAIL, NEWS, NOTE, REVIEW_CARD, ROWS, Happening, happened
from bot.rcs.launch_words import LAUNCH, TESTERS, device_counts, stands_words
from bot.rcs.launching import whole_of
from bot.rcs.regions import region_name
from bot.rcs.tables import Agent, CarrierRow, ItemFile, Launch, LaunchItem
from bot.storage.database import Tx
from bot.tickets.notices import Reading, Readings, called, calls_assignee
from bot.tickets.rules import number_words
from bot.tickets.tables import Ticket

_EMOJI = {
    "submitted": "🚀", "resubmitted": "📨", "withdrawn": "⚪", "amended": "✏️", "struck": "⚪", "carrier_added": "🆕",
    "tester_asked": "📱", "tester_invited": "📲", "tester_accepted": "✅", "tester_declined": "❌",
    "tester_removed": "⚪", "item_refused": "🚫", "item_accepted": "✅", "item_returned": "↩️",
}  # fmt: skip
_OPENS = {
    "tester_invited": ("button_testers", TESTERS), "tester_declined": ("button_testers", TESTERS),
    "item_refused": ("button_items", LAUNCH), "item_returned": ("button_items", LAUNCH),
}  # fmt: skip
"""News with a button that leads to where something is to be done."""
_STAFF_OPENS = {"tester_asked": ("button_testers", TESTERS)}
_LINE = 150
_TEMPLATE = "rcs/launch/news"


def kinds(voices: Voices, links: Links) -> list[MessageKind]:
    """What testing and launching tell."""
    drawn = Drawings(voices, links)
    return [
        MessageKind(CARD, drawn.card),
        MessageKind(REVIEW_CARD, drawn.review),
        MessageKind(ROWS, drawn.rows),
        MessageKind(ITEMS, drawn.items),
        MessageKind(ITEM_FILE, drawn.file),
        MessageKind(NEWS, drawn.news),
        MessageKind(MAIL, drawn.mail),
        MessageKind(NOTE, drawn.note),
    ]


def readings(voices: Voices, links: Links) -> Readings:
    """How news of testing and launching read in direct messages and digests."""
    drawn = Drawings(voices, links)
    return {NEWS: Reading(drawn.news_card, drawn.news_line), NOTE: Reading(drawn.note_card, drawn.note_line)}


class Drawings:
    """Draws the messages of testing and launching from their rows."""

    def __init__(self, voices: Voices, links: Links) -> None:
        self._voices = voices
        self._links = links

    def card(self, tx: Tx, message: Message) -> SlackCard:
        """The customer's card of a launch."""
        there = whole_of(tx, tx.session.get_one(Launch, message.key))
        ticket = tx.session.get_one(Ticket, there.launch.ticket_id)
        return launch_card(self._voices, there, ticket, before=_before(tx, there.launch))

    def review(self, tx: Tx, message: Message) -> SlackCard:
        """The staff's card of a launch."""
        there = whole_of(tx, tx.session.get_one(Launch, message.key))
        agent = there.agent
        return review_card(
            self._voices,
            there,
            tx.session.get_one(Ticket, there.launch.ticket_id),
            account=tx.session.get_one(Account, agent.account_id).name,
            before=_before(tx, there.launch),
            links=(
                self._links.find(tx, CARD, there.launch.id, there.launch.channel),
                self._links.find(tx, steps.REVIEW_CARD, agent.id, REVIEW),
            ),
        )

    def rows(self, tx: Tx, message: Message) -> SlackCard:
        """The carriers' rows in the thread of the staff's card."""
        return rows_card(self._voices, whole_of(tx, tx.session.get_one(Launch, message.key)))

    def items(self, tx: Tx, message: Message) -> SlackCard:
        """The checklist and the devices, in the thread of the agent's staff card."""
        agent = tx.session.get_one(Agent, message.key)
        every = [one.code for one in checklist.checklists(("global", "us"))]
        asked = items.lists_asked(agent)
        given = set(tx.session.scalars(select(LaunchItem.code).where(LaunchItem.agent_id == agent.id)))
        beyond = given - {one.code for one in checklist.items(asked)}
        sheet = items.sheet_of(tx, agent, every if beyond else asked)
        return items_card(self._voices, sheet, device_counts(tx, agent.id))

    def file(self, tx: Tx, message: Message) -> SlackFile | None:
        """A file of an item, for staff."""
        file = tx.session.get_one(ItemFile, message.key)
        if file.stored_key is None:
            return None
        row = tx.session.get_one(LaunchItem, file.item_id)
        values = {"title": checklist.item(row.code).title, "name": file.name, "revision": file.number}
        words = self._voices.slack("rcs/launch/review", **values)
        return SlackFile(file.stored_key, file.name, words.plain("copy", 200), words.part("copy"))

    def news(self, tx: Tx, message: Message) -> SlackCard:
        """What happened, in the customer's thread."""
        event = happened(tx, message.key)
        calls = event.about.submitted_by in called(tx, message.kind, message.key)
        return self._news(tx, event, calls=calls)

    def _news(self, tx: Tx, event: Happening, *, calls: bool) -> SlackCard:
        words = self._voices.slack(_TEMPLATE, **self._values(tx, event))
        said = f"{words.headline}\n{words.body}"
        shown = [blocks.section(f"{words.part('told')} {said}" if calls else said)]
        if event.launch:
            shown.append(blocks.context(words.part("stands")))
        return SlackCard(said, shown + _opens(words, event, _OPENS))

    def news_card(self, tx: Tx, key: str) -> SlackCard:
        """The same as a direct message."""
        return self._news(tx, happened(tx, key), calls=False)

    def news_line(self, tx: Tx, key: str) -> str:
        """The same as a line."""
        return self._voices.plain(_TEMPLATE, "line", limit=_LINE, **self._values(tx, happened(tx, key)))

    def mail(self, tx: Tx, message: Message) -> Mail:
        """The same by e-mail, in the ticket's conversation."""
        event = happened(tx, message.key)
        text = self._voices.email(_TEMPLATE, **self._values(tx, event))
        return Mail(text.subject, text.html, text.text, about=event.about.ticket_id)

    def note(self, tx: Tx, message: Message) -> SlackCard:
        """What the customer did: for staff only."""
        event = happened(tx, message.key)

        def told(assignee: str) -> str:
            return self._voices.text(_TEMPLATE, "told", calls=assignee)

        card = calls_assignee(tx, message, event.about.ticket_id, self.note_card(tx, message.key), told)
        words = self._voices.slack(_TEMPLATE)
        return SlackCard(card.text, card.blocks + _opens(words, event, _STAFF_OPENS))

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
        return event, self._voices.slack(_TEMPLATE, **self._values(tx, event))

    def _values(self, tx: Tx, event: Happening) -> dict[str, Any]:
        facts, agent, launch = event.facts, event.agent, event.launch
        to = str(facts.get("to") or "")
        outcome = to if event.what == "decided" else event.what
        state = self._voices.state(f"carrier.{to}") if to else ""
        words = self._voices.slack(_TEMPLATE)
        ticket = tx.session.get_one(Ticket, event.about.ticket_id)
        code = str(facts.get("item") or "")
        return {
            "what": event.what,
            "to": to,
            "act": str(facts.get("act") or ""),
            "emoji": _EMOJI.get(event.what) or state.partition(" ")[0],
            "outcome": words.plain(f"outcome_{outcome}") if words.has(f"outcome_{outcome}") else "",
            "ticket": number_words(ticket.number),
            "name": agent.name,
            "is_launch": launch is not None,
            "change": bool(launch and _before(tx, launch)),
            "use_case": use_case_words(launch.use_case if launch else agent.use_case),
            "regions": [region_name(code) for code in launch.regions] if launch else [],
            "repeats": [region_name(code) for code in launch.repeats] if launch else [],
            "carriers": _carriers(tx, facts.get("rows", ())),
            "changed": str(facts.get("changed") or ""),
            "reached": list(facts.get("reached", ())),
            "why": str(facts.get("why") or ""),
            "status": state,
            "item": checklist.item(code).title if code else "",
            "device": str(facts.get("number") or ""),
            "devices_count": int(facts.get("count") or 0),
            "stands": self._stands(tx, agent, launch),
            "calls": event.about.submitted_by,
            "by": "" if facts.get("from_staff") else str(facts.get("by") or event.by or ""),
            "thread": self._links.find(tx, *event.root, event.about.channel),
        }

    def _stands(self, tx: Tx, agent: Agent, launch: Launch | None) -> str:
        if launch:
            return stands_words(self._voices, whole_of(tx, launch).rows)
        there, total = checklist.progress(items.sheet_of(tx, agent).stands)
        return f"{there} of {total}"


def _before(tx: Tx, launch: Launch) -> str:
    """The use case that this launch is to replace; empty where it keeps it."""
    wanted = select(Launch.use_case).where(Launch.agent_id == launch.agent_id, Launch.number < launch.number)
    before = tx.session.scalars(wanted.order_by(Launch.number.desc()).limit(1)).first()
    return use_case_words(before) if before and before != launch.use_case else ""


def _carriers(tx: Tx, ids: Sequence[str]) -> list[str]:
    """The carriers by name, with the region where there are several."""
    wanted = select(CarrierRow).where(CarrierRow.id.in_(ids)).order_by(CarrierRow.position)
    rows = list(tx.session.scalars(wanted))
    several = len({row.region for row in rows}) > 1
    return [f"{row.name} ({region_name(row.region)})" if several else row.name for row in rows]


def _opens(words: Words, event: Happening, buttons: dict[str, tuple[str, str]]) -> list[Block]:
    if event.what not in buttons:
        return []
    label, action = buttons[event.what]
    return [blocks.actions([blocks.button(words.plain(label), action, event.agent.id, style="primary")])]
