"""What letters tell: the news and e-mails, the notes for staff, and the files that come into the threads."""

from collections.abc import Sequence
from typing import Any

from bot.delivery import blocks
from bot.delivery.links import Links
from bot.delivery.outbox import REVIEW as REVIEW_PLACE
from bot.delivery.outbox import Mail, MailFile, MessageKind, SlackCard, SlackFile
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.loa import moving, words
from bot.loa.moving import Happening, happened
from bot.loa.review_card import ReviewCards
from bot.loa.rules import SIGNABLE, LetterStatus
from bot.loa.signing import ScreenWay
from bot.loa.tables import Letter, SignedCopy
from bot.registrations.countries import country
from bot.registrations.customer_card import SIGN
from bot.registrations.judging import some
from bot.registrations.steps import CARD
from bot.storage.database import Tx
from bot.tickets.notices import Reading, Readings, called, calls_assignee
from bot.tickets.rules import number_words
from bot.tickets.tables import Ticket

_EMOJI = {
    "ready": "✍️",
    "stuck": "🧩",
    "refused": "🚫",
    "unsure": "🔍",
    "kept": "🗂️",
    "returned": "↩️",
    "accepted": "✅",
    "ended": "⚠️",
}
_LINE = 150
_WITH_BUTTON = ("ready", "refused", "returned", "ended")


def kinds(voices: Voices, links: Links, ways: Sequence[ScreenWay]) -> list[MessageKind]:
    """What letters tell. ``ways`` are those to sign on a screen."""
    drawn = Drawings(voices, links, ways)
    return [
        MessageKind(moving.NEWS, drawn.news),
        MessageKind(moving.MAIL, drawn.mail),
        MessageKind(moving.NOTE, drawn.note),
        MessageKind(moving.REVIEW, ReviewCards(voices).card),
        MessageKind(moving.PREVIEW, drawn.preview),
        MessageKind(moving.LETTER_FILE, drawn.letter),
        MessageKind(moving.COPY_FILE, drawn.copy),
        MessageKind(moving.CROP, drawn.crop),
        MessageKind(moving.CERTIFICATE, drawn.certificate),
    ]


def readings(voices: Voices, links: Links, ways: Sequence[ScreenWay]) -> Readings:
    """How news of letters read in direct messages and digests."""
    drawn = Drawings(voices, links, ways)
    return {
        moving.NEWS: Reading(drawn.news_card, drawn.news_line),
        moving.NOTE: Reading(drawn.note_card, drawn.note_line),
    }


class Drawings:
    """Draws the messages of letters from their rows."""

    def __init__(self, voices: Voices, links: Links, ways: Sequence[ScreenWay]) -> None:
        self._voices = voices
        self._links = links
        self._ways = ways

    # News

    def news(self, tx: Tx, message: Message) -> SlackCard:
        """What happened, in the customer's thread."""
        event = happened(tx, message.key)
        calls = event.submission.submitted_by in called(tx, message.kind, message.key)
        return self._news(tx, event, calls=calls)

    def _news(self, tx: Tx, event: Happening, *, calls: bool) -> SlackCard:
        said = self._voices.slack("loa/news", **self._values(tx, event))
        text = f"{said.headline}\n{said.body}"
        shown = [blocks.section(f"{said.part('told')} {text}" if calls else text)]
        if event.what in _WITH_BUTTON and any(letter.status in SIGNABLE for letter in event.letters):
            label = f"{said.plain('button_sign')}: {some([letter.number for letter in event.letters])}"
            value = f"{event.submission.id}:{event.submission.version}"
            sign = blocks.button(said.plain("button_sign"), SIGN, value, style="primary", label=label)
            shown.append(blocks.actions([sign]))
        return SlackCard(text, shown)

    def news_card(self, tx: Tx, key: str) -> SlackCard:
        """The same as a direct message."""
        return self._news(tx, happened(tx, key), calls=False)

    def news_line(self, tx: Tx, key: str) -> str:
        """The same as a line."""
        return self._voices.plain("loa/news", "line", limit=_LINE, **self._values(tx, happened(tx, key)))

    def mail(self, tx: Tx, message: Message) -> Mail:
        """The same by e-mail, in the ticket's conversation; with pictures of letters that can be signed."""
        event = happened(tx, message.key)
        text = self._voices.email("loa/news", **self._values(tx, event) | {"elsewhere": True})
        letters = event.letters[: moving.PREVIEWS_MAX] if event.what == "ready" else ()
        pictures = [MailFile(one.preview_key, f"{one.number}.png") for one in letters if one.preview_key]
        return Mail(text.subject, text.html, text.text, about=event.submission.ticket_id, files=tuple(pictures))

    def note(self, tx: Tx, message: Message) -> SlackCard:
        """What staff read in the thread of their card."""
        ticket_id = happened(tx, message.key).submission.ticket_id

        def told(assignee: str) -> str:
            return self._voices.text("loa/news", "told", calls=assignee)

        return calls_assignee(tx, message, ticket_id, self.note_card(tx, message.key), told)

    def note_card(self, tx: Tx, key: str) -> SlackCard:
        """The same as a direct message."""
        event = happened(tx, key)
        text = self._voices.slack("loa/news", **self._values(tx, event)).part(f"note_{event.what}")
        return SlackCard(text, [blocks.section(text)])

    def note_line(self, tx: Tx, key: str) -> str:
        """The same as a line."""
        event = happened(tx, key)
        return self._voices.plain("loa/news", f"note_{event.what}", limit=_LINE, **self._values(tx, event))

    def _values(self, tx: Tx, event: Happening) -> dict[str, Any]:
        submission, letters = event.submission, event.letters
        there, ticket = country(submission.country), tx.session.get_one(Ticket, submission.ticket_id)
        on_screen = any(way.offered(there, submission.entity) for way in self._ways)
        company = submission.company
        names = words.names_of(tx, letters)
        operators = list(dict.fromkeys(name for one in letters if one.slot for name in one.data["operators"]))
        about = self._voices.plain("loa/news", f"outcome_{event.what}")
        return {
            "what": event.what,
            "emoji": _EMOJI[event.what],
            "outcome": about,
            "ticket": number_words(ticket.number),
            "names": some(names),
            "country": there.name,
            "spoken": there.spoken,
            "lead_time": there.lead_time.words,
            "operators": operators,
            "letter_names": some([letter.number for letter in letters]),
            "number_of_letter": letters[0].number,
            "letters_count": len(letters),
            "renewed": any(letter.revision > 1 for letter in letters),
            "officer": company.get("officer_name") or "The signing officer",
            "stamp": there.loa.stamp,
            "on_screen": on_screen,
            "waits": any(letter.status in SIGNABLE for letter in letters),
            "elsewhere": False,
            "moved": words.operators_of(event.rows),
            "open_count": self._still_open(tx, event),
            "calls": submission.submitted_by,
            "by": event.by or "",
            "card": self._links.find(tx, moving.REVIEW, letters[0].registration_id, REVIEW_PLACE),
            "thread": self._links.find(tx, CARD, submission.id, submission.channel),
            **self._of_copy(tx, event),
            **self._of_signing(event, str(company.get("officer_name") or "The signing officer")),
        }

    @staticmethod
    def _still_open(tx: Tx, event: Happening) -> int:
        """Letters of the same sender IDs that are not accepted yet."""
        registrations = {letter.registration_id for letter in event.letters}
        return sum(one.status != LetterStatus.ACCEPTED for one in moving.letters_of(tx, *registrations))

    def _of_copy(self, tx: Tx, event: Happening) -> dict[str, Any]:
        letter, copy = event.letters[0], event.copy
        trouble = letter.trouble
        if event.what == "returned" and copy:
            trouble = words.reason(self._voices, copy.reason, copy.words)
        elif event.what == "refused" and copy:
            trouble = words.refused_because(self._voices, copy)
        counts = words.accepted_copy(tx, letter)
        return {
            "trouble": trouble,
            "file": copy.name if copy else "",
            "version_number": copy.number if copy else 0,
            "findings": words.findings(self._voices, copy.findings) if copy else "",
            "way": copy.way if copy else "",
            "signer": copy.signer if copy else "",
            "by": (copy.by or "") if copy else event.by or "",
            "accepted_at": letter.accepted_at,
            "accepted_number": counts.number if counts else 0,
        }

    def _of_signing(self, event: Happening, officer: str) -> dict[str, Any]:
        one = event.signing
        if one is None:
            return {"because": "", "because_words": ""}
        values = {"officer": one.signer_name or officer, "number_of_letter": event.letters[0].number}
        said = self._voices.slack("loa/news", **values)
        part = f"ended_{one.status}"
        return {"because": one.because, "because_words": said.part(part) if said.has(part) else ""}

    # Files

    def preview(self, tx: Tx, message: Message) -> SlackFile | None:
        """A letter's first page as a picture."""
        letter = tx.session.get_one(Letter, message.key)
        return self._file(tx, letter, "preview", (letter.preview_key, f"{letter.number}.png"))

    def letter(self, tx: Tx, message: Message) -> SlackFile | None:
        """A letter as it is to be signed."""
        letter = tx.session.get_one(Letter, message.key)
        return self._file(tx, letter, "letter", (letter.pdf_key, f"{letter.number}.pdf"))

    def copy(self, tx: Tx, message: Message) -> SlackFile | None:
        """A signed copy: for staff as it came, for the customer as it is kept for the operators."""
        copy = tx.session.get_one(SignedCopy, message.key)
        letter = tx.session.get_one(Letter, copy.letter_id)
        if message.place == REVIEW_PLACE:
            return self._file(tx, letter, "came", (copy.stored_key, copy.name), copy)
        name = f"{letter.number}-signed-{copy.number}.pdf"
        return self._file(tx, letter, "copy", (copy.clean_key or copy.stored_key, name), copy)

    def crop(self, tx: Tx, message: Message) -> SlackFile | None:
        """A picture of a copy's signature box."""
        copy = tx.session.get_one(SignedCopy, message.key)
        letter = tx.session.get_one(Letter, copy.letter_id)
        return self._file(tx, letter, "crop", (copy.crop_key, f"{letter.number}-box-{copy.number}.png"), copy)

    def certificate(self, tx: Tx, message: Message) -> SlackFile | None:
        """The provider's certificate of completion."""
        copy = tx.session.get_one(SignedCopy, message.key)
        letter = tx.session.get_one(Letter, copy.letter_id)
        name = f"{letter.number}-certificate-{copy.number}.pdf"
        return self._file(tx, letter, "certificate", (copy.certificate_key, name), copy)

    def _file(
        self, tx: Tx, letter: Letter, part: str, stored: tuple[str | None, str], copy: SignedCopy | None = None
    ) -> SlackFile | None:
        key, name = stored
        if key is None:
            return None
        about = words.asked(tx, letter)
        said = self._voices.slack(
            "loa/news",
            number_of_letter=letter.number,
            names=about.registration.sender_id,
            operators=list(about.operators),
            version_number=copy.number if copy else 0,
            signer=copy.signer if copy else "",
        )
        return SlackFile(key, name, name, said.part(f"file_{part}"))
