"""The staff's card of a registration's letters, in the thread of its card: look, release, accept, return."""

from collections.abc import Sequence

from sqlalchemy import func, select

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.outbox import REVIEW as REVIEW_PLACE
from bot.delivery.outbox import SlackCard, find
from bot.delivery.tables import Message
from bot.delivery.voices import Voices, Words
from bot.loa import moving, signing, words
from bot.loa.moving import copies_of, letters_of, open_signing
from bot.loa.rules import CopyStatus, LetterStatus
from bot.loa.tables import Letter, SignedCopy
from bot.registrations.countries import country
from bot.registrations.rules import UNDECIDED
from bot.registrations.steps import rows_of
from bot.registrations.tables import Registration, Submission
from bot.storage.database import Tx
from bot.tickets.rules import number_words
from bot.tickets.tables import Ticket

RELEASE, RELEASE_ALL, AGAIN, SHOW = "loa:release", "loa:release_all", "loa:again", "loa:show"
ACCEPT, RETURN = "loa:accept", "loa:return"
_COPIES_SHOWN = 3


class ReviewCards:
    """Draws the staff's cards."""

    def __init__(self, voices: Voices) -> None:
        self._voices = voices

    def card(self, tx: Tx, message: Message) -> SlackCard | None:
        """The card of a registration's letters; nothing while it never had any."""
        registration = tx.session.get_one(Registration, message.key)
        letters = letters_of(tx, registration.id) or _last(tx, registration.id)
        if not letters:
            return None
        said = self._words(tx, registration, letters)
        body = [blocks.section(said.headline)]
        for letter in letters:
            body += self._letter(tx, registration, letter)
        to_release = [letter for letter in letters if letter.status == LetterStatus.TO_RELEASE]
        body += [blocks.context(said.part("look"))] if to_release else []
        if buttons := self._buttons(tx, said, registration, letters):
            body.append(blocks.actions(buttons, block_id="letters"))
        return SlackCard(said.headline, body)

    def _words(self, tx: Tx, registration: Registration, letters: Sequence[Letter]) -> Words:
        submission = tx.session.get_one(Submission, registration.submission_id)
        ticket = tx.session.get_one(Ticket, submission.ticket_id)
        return self._voices.slack(
            "loa/review",
            sender_id=registration.sender_id,
            country=country(registration.country).name,
            stands=words.stands_of(self._voices, registration.loa, letters),
            letters_count=sum(letter.status == LetterStatus.TO_RELEASE for letter in letters),
            all_count=_to_release(tx, submission.id),
            ticket=number_words(ticket.number),
            requester=submission.submitted_by,
        )

    def _letter(self, tx: Tx, registration: Registration, letter: Letter) -> list[Block]:
        operators = tuple(letter.data["operators"])
        said = self._voices.slack(
            "loa/review",
            number_of_letter=letter.number,
            operators=list(operators) if letter.slot else [],
            status=self._voices.state(f"loa.{letter.status}"),
            drawn_at=letter.drawn_at,
            pages_count=letter.pages,
            sha=(letter.sha256 or "")[: words.SHORT],
            released_by=letter.released_by or "",
            released_at=letter.released_at,
            trouble=letter.trouble,
            reason=words.reason(self._voices, letter.reason, letter.words),
        )
        shown = [blocks.section(said.part("letter"))]
        small = [said.part("drawn")] if letter.drawn_at else []
        small += [said.part("released")] if letter.released_at else []
        small += [said.part("trouble")] if letter.status == LetterStatus.STUCK else []
        small += [said.part("returned")] if letter.status == LetterStatus.RETURNED else []
        small += self._signing(tx, letter)
        shown += [blocks.context(*small)] if small else []
        return shown + self._copies(tx, registration, letter)

    def _signing(self, tx: Tx, letter: Letter) -> list[str]:
        one = open_signing(tx, letter.id)
        if one is None:
            return []
        since = signing.away_since(one)
        values = {"way": one.way, "signer": one.signer_name, "opened_at": one.opened_at, "away_since": since}
        return [self._voices.text("loa/review", "signing", **values)]

    def _copies(self, tx: Tx, registration: Registration, letter: Letter) -> list[Block]:
        copies = copies_of(tx, letter.id)
        left = len(copies) - _COPIES_SHOWN
        lines = [self._voices.text("loa/review", "more", left_count=left)] if left > 0 else []
        lines += [self._copy(copy) for copy in copies[-_COPIES_SHOWN:]]
        shown = [blocks.context(*lines)] if lines else []
        doubtful = next((one for one in copies if one.status == CopyStatus.DOUBTFUL), None)
        if doubtful is not None:
            seen = self._voices.text("loa/review", "findings", findings=words.findings(self._voices, doubtful.findings))
            shown += [blocks.section(f"🔍 {seen}")]
        if buttons := self._decisions(tx, registration, letter, copies):
            shown.append(blocks.actions(buttons, block_id=f"letter:{letter.id}"))
        return shown

    def _copy(self, copy: SignedCopy) -> str:
        return self._voices.text(
            "loa/review",
            "copy",
            version_number=copy.number,
            status=self._voices.state(f"copy.{copy.status}"),
            way=self._voices.state(f"way.{copy.way}"),
            signer=copy.signer,
            by=copy.by or "",
            came_at=copy.came_at,
            sha=(copy.sha256 or "")[: words.SHORT],
            decided_by=copy.decided_by or "",
        )

    def _decisions(
        self, tx: Tx, registration: Registration, letter: Letter, copies: Sequence[SignedCopy]
    ) -> list[Block]:
        """Accept or Return for a doubtful copy; Return for an accepted one while no operator decided."""
        open_ = next((one for one in copies if one.status in {CopyStatus.DOUBTFUL, CopyStatus.ACCEPTED}), None)
        if open_ is None:
            return []
        rows = [row for row in rows_of(tx, registration.id) if row.operator in letter.operators]
        if open_.status == CopyStatus.ACCEPTED and not all(row.status in UNDECIDED for row in rows):
            return []
        values = {
            "version_number": open_.number,
            "number_of_letter": letter.number,
            "sender_id": registration.sender_id,
            "operators": [row.name for row in rows],
        }
        said, value = self._voices.slack("loa/review", **values), f"{open_.id}:{open_.version}"
        text = said.plain("button_return")
        back = blocks.button(text, RETURN, value, label=f"{text}: {letter.number}")
        if open_.status == CopyStatus.ACCEPTED:
            return [back]
        asks = _question(said, "accept")
        text = said.plain("button_accept")
        label = f"{text}: {letter.number}"
        return [blocks.button(text, ACCEPT, value, style="primary", confirm=asks, label=label), back]

    def _buttons(self, tx: Tx, said: Words, registration: Registration, letters: Sequence[Letter]) -> list[Block]:
        there = {letter.status for letter in letters}
        mine = sum(letter.status == LetterStatus.TO_RELEASE for letter in letters)
        shown = []
        if mine:
            asks = _question(said, "release")
            shown.append(
                blocks.button(said.plain("button_release"), RELEASE, registration.id, style="primary", confirm=asks)
            )
        if mine and _to_release(tx, registration.submission_id) > mine:
            asks = _question(said, "release_all")
            shown.append(blocks.button(said.plain("button_release_all"), RELEASE_ALL, registration.id, confirm=asks))
        if LetterStatus.STUCK in there:
            shown.append(blocks.button(said.plain("button_again"), AGAIN, registration.id))
        hidden = [one for one in letters if one.pdf_key and not find(tx, moving.LETTER_FILE, one.id, REVIEW_PLACE)]
        if hidden:
            shown.append(blocks.button(said.plain("button_show"), SHOW, registration.id))
        return shown


def _last(tx: Tx, registration_id: str) -> list[Letter]:
    """What there was, where nothing is needed any more: the newest version of each letter."""
    all_ = select(Letter).where(Letter.registration_id == registration_id).order_by(Letter.slot, Letter.revision)
    return list({letter.slot: letter for letter in tx.session.scalars(all_)}.values())


def _to_release(tx: Tx, submission_id: str) -> int:
    mine = select(func.count()).select_from(Letter).join(Registration, Registration.id == Letter.registration_id)
    waiting = (Registration.submission_id == submission_id, Letter.status == LetterStatus.TO_RELEASE)
    return tx.session.scalar(mine.where(*waiting)) or 0


def _question(said: Words, word: str) -> Block:
    return blocks.confirm(
        said.plain(f"confirm_{word}_title", blocks.CONFIRM_TITLE_MAX),
        said.plain(f"confirm_{word}", blocks.CONFIRM_TEXT_MAX),
        said.plain("confirm_yes", blocks.CONFIRM_BUTTON_MAX),
        said.plain("confirm_no", blocks.CONFIRM_BUTTON_MAX),
    )
