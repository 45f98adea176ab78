"""The modal in which a customer sees a sender ID's letters and signs them: on a screen, or on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.loa import words as letter_words
from bot.loa.check.rules import MOST_BYTES
from bot.loa.links import NOW
from bot.loa.rules import SIGNABLE, TAKES_COPIES, CopyStatus, LetterStatus, SigningStatus, Way
from bot.loa.service import SIGNED_KINDS, Folder, Sheet
from bot.loa.signing import ScreenWay, away_since, is_by_mail
from bot.registrations.companies import Arrival
from bot.registrations.countries import MEGABYTE, Country, country
from bot.tickets.rules import number_words
from handlers import senderid_frame as frame
from handlers.payload import Payload, remember

SIGN = "loa:sign"
WHICH, NOW_ON, MAIL, DOWNLOAD, BRING, OPEN = (
    "loa:which", "loa:now", "loa:mail", "loa:download", "loa:bring", "loa:open",
)  # fmt: skip
_FILE = "letter"
_OPTIONS_MAX = 100
_VERSIONS_SHOWN = 5
_FILES_MAX = 5


@dataclass(frozen=True)
class Sight:
    """What the modal shows: the letters, how they can be signed on a screen, and where their files come.

    ``urls`` are one-time addresses that were just made, by the letter's id. ``pictures``: Slack shows them.
    """

    folder: Folder
    ways: Sequence[ScreenWay]
    thread: str = ""
    urls: Mapping[str, str] = field(default_factory=dict)
    pictures: bool = True

    @property
    def rules(self) -> Country:
        """Of its country."""
        return country(self.folder.submission.country)

    def offered(self) -> list[ScreenWay]:
        """The ways to sign these letters on a screen."""
        return [way for way in self.ways if way.offered(self.rules, self.folder.submission.entity)]


def modal(voices: Voices, sight: Sight, channel: str | None) -> Payload:
    """All letters of a sender ID: each with its picture, and what can be done with it now."""
    folder = sight.folder
    said = voices.slack("loa/sign", **_values(voices, sight))
    body = [blocks.section(said.headline)]
    if len(folder.others) > 1:
        body.append(_others(voices, said, folder))
    for sheet in folder.sheets:
        body += [{"type": "divider"}, *_letter(voices, sight, sheet)]
    body.append(blocks.context(said.part("where")))
    signs = any(sheet.letter.status in SIGNABLE for sheet in folder.sheets)
    submit = said.plain("submit", 24) if any(_takes_file(sheet) for sheet in folder.sheets) else ""
    title = said.plain("title_sign" if signs else "title_view", 24)
    told = remember(channel, submission=folder.submission.id, registration=folder.registration.id)
    return frame.modal(SIGN, told, title, body, close=said.plain("close", 24), submit=submit)


def _values(voices: Voices, sight: Sight) -> dict[str, Any]:
    folder = sight.folder
    registration = folder.registration
    return {
        "ticket": number_words(folder.ticket.number),
        "sender_id": registration.sender_id,
        "country": sight.rules.name,
        "stands": letter_words.stands(voices, registration.loa, folder.signed, len(folder.sheets)),
        "officer": folder.submission.company.get("officer_name") or "The signing officer",
        "email": folder.submission.company.get("officer_email") or "",
        "stamp": sight.rules.loa.stamp,
        "revenue": folder.submission.entity in sight.rules.loa.wet_for,
        "note": sight.rules.loa.note,
        "docusign": any(way.way == Way.DOCUSIGN for way in sight.offered()),
        "thread": sight.thread,
        "shown_count": _OPTIONS_MAX,
        "minutes_count": int(NOW.total_seconds() // 60),
        "megabytes": f"{MOST_BYTES / MEGABYTE:g}",
    }


def _others(voices: Voices, said: Words, folder: Folder) -> Block:
    """The other sender IDs of the ticket that have letters."""
    options = []
    for each in folder.others[:_OPTIONS_MAX]:
        state = voices.state(f"loa.{each.loa}")
        text = voices.plain("loa/sign", "option", sender_id=each.sender_id, status=state)
        options.append(blocks.option(text, each.id))
    picker = frame.select(options, folder.registration.id, said.plain("which_placeholder"))
    return blocks.section(said.part("which_label"), accessory={"action_id": WHICH, **picker}, block_id="which")


def _letter(voices: Voices, sight: Sight, sheet: Sheet) -> list[Block]:
    letter, said = sheet.letter, _words(voices, sight, sheet)
    shown = [blocks.section(said.part("letter"))]
    if sheet.picture and sight.pictures:
        alt = said.plain("alt", 300)
        shown.append({"type": "image", "slack_file": {"id": sheet.picture}, "alt_text": alt})
    if letter.status in SIGNABLE:
        shown += _to_sign(said, sight, sheet)
    elif letter.status in TAKES_COPIES:
        shown += [blocks.context(said.part("unsure" if letter.status == LetterStatus.DOUBTFUL else "came"))]
    elif sheet.accepted:
        shown += _accepted(voices, said, sheet)
    return [*shown, *_upload(said, sheet)]


def _words(voices: Voices, sight: Sight, sheet: Sheet) -> Words:
    letter, signing, counts = sheet.letter, sheet.signing, sheet.accepted
    last = sheet.copies[-1] if sheet.copies else None
    values = _values(voices, sight) | {
        "number_of_letter": letter.number,
        "operators": list(sheet.operators),
        "status": voices.state(f"loa.{letter.status}"),
        "provider": letter.data["provider"],
        "company": letter.data["company"].get("name") or "",
        "reason": letter_words.reason(voices, letter.reason, letter.words),
        "signer": counts.signer if counts else signing.signer_name if signing else "",
        "opened_at": signing.opened_at if signing else None,
        "away_since": away_since(signing) if signing else None,
        "file": last.name if last else "",
        "came_at": last.came_at if last else None,
        "findings": letter_words.findings(voices, last.findings) if last else "",
        "accepted_at": letter.accepted_at,
        "version_number": counts.number if counts else 0,
        "sha": (counts.clean_sha256 or counts.sha256 or "")[: letter_words.SHORT] if counts else "",
    }
    if signing:
        values["email"] = signing.signer_email
    return voices.slack("loa/sign", **values)


def _to_sign(said: Words, sight: Sight, sheet: Sheet) -> list[Block]:
    """Both ways side by side, with what each needs, and the buttons of each."""
    letter, ways = sheet.letter, sight.offered()
    shown = [blocks.context(said.part("returned"))] if letter.status == LetterStatus.RETURNED else []
    both = ["screen", "paper"] if ways else ["paper"]
    shown.append(blocks.fields(["\n".join(said.lines(part)) for part in both]))
    if not ways and sight.folder.submission.entity in sight.rules.loa.wet_for:
        shown.append(blocks.context(said.part("only_paper")))
    buttons = [button for way in ways for button in _screen(said, sight, sheet, way)]
    text = said.plain("button_downloaded" if letter.downloaded_at else "button_download")
    buttons.append(blocks.button(text, DOWNLOAD, letter.id, label=f"{text}: {letter.number}"))
    shown.append(blocks.actions(buttons, block_id=f"ways:{letter.id}"))
    notes = [said.part("link")] if letter.id in sight.urls else _signing(said, sheet)
    notes += [said.part("downloaded")] if letter.downloaded_at else []
    return [*shown, *([blocks.context(*notes)] if notes else [])]


def _screen(said: Words, sight: Sight, sheet: Sheet, way: ScreenWay) -> list[Block]:
    letter, value = sheet.letter, f"{sheet.letter.id}:{way.way}"
    if letter.id in sight.urls:
        text = said.plain("button_open")
        opens = blocks.button(text, OPEN, letter.id, style="primary", label=f"{text}: {letter.number}")
        return [opens | {"url": sight.urls[letter.id]}]
    text = said.plain("button_now_docusign" if way.way == Way.DOCUSIGN else "button_now")
    now = blocks.button(text, NOW_ON, value, style="primary", label=f"{text}: {letter.number}")
    asks = blocks.confirm(
        said.plain("confirm_mail_title", blocks.CONFIRM_TITLE_MAX),
        said.plain("confirm_mail", blocks.CONFIRM_TEXT_MAX),
        said.plain("confirm_yes", blocks.CONFIRM_BUTTON_MAX),
        said.plain("confirm_no", blocks.CONFIRM_BUTTON_MAX),
    )
    mail = said.plain("button_mail")
    by_mail = blocks.button(mail, MAIL, value, confirm=asks, label=f"{mail}: {letter.number}")
    return [now, by_mail] if way.leads else [by_mail]


def _signing(said: Words, sheet: Sheet) -> list[str]:
    """What is known of an attempt to sign on a screen that is open."""
    if sheet.signing is None:
        return []
    if away_since(sheet.signing):
        return [said.part("away")]
    if is_by_mail(sheet.signing):
        return [said.part("mailed")]
    return [said.part("begun")] if sheet.signing.status == SigningStatus.OPEN else []


def _accepted(voices: Voices, said: Words, sheet: Sheet) -> list[Block]:
    """The signed letter, where it can be had, and all versions."""
    text = said.plain("button_bring")
    bring = blocks.button(text, BRING, sheet.letter.id, label=f"{text}: {sheet.letter.number}")
    versions = [
        voices.text(
            "loa/sign",
            "version",
            version_number=copy.number,
            way=voices.state(f"way.{copy.way}"),
            status=voices.state(f"copy.{copy.status}"),
            came_at=copy.came_at,
        )
        for copy in sheet.copies[-_VERSIONS_SHOWN:]
        if copy.status not in {CopyStatus.FETCHING, CopyStatus.CHECKING}
    ]
    return [blocks.section(said.part("accepted")), blocks.context(*versions), blocks.actions([bring])]


def _takes_file(sheet: Sheet) -> bool:
    """Only what was downloaded can come back signed."""
    return sheet.letter.downloaded_at is not None and sheet.letter.status in TAKES_COPIES


def _upload(said: Words, sheet: Sheet) -> list[Block]:
    if not _takes_file(sheet):
        return []
    endings = [kind.removeprefix(".") for kind in SIGNED_KINDS]
    element = {"type": "file_input", "action_id": "files", "filetypes": endings, "max_files": _FILES_MAX}
    return [
        {
            "type": "input",
            "block_id": f"{_FILE}:{sheet.letter.id}",
            "label": blocks.plain(said.plain("file_label", frame.LABEL_MAX)),
            "hint": blocks.plain(said.plain("file_hint", frame.LABEL_MAX)),
            "element": element,
            "optional": True,
        }
    ]


def came(view: Payload) -> list[tuple[str, Arrival]]:
    """The files in the form, each with its letter's id."""
    found = []
    for block_id, elements in view["state"]["values"].items():
        name, _, letter_id = block_id.partition(":")
        if name == _FILE:
            found += [(letter_id, arrival) for state in elements.values() for arrival in frame.arrivals(state)]
    return found


def sent(voices: Voices, count: int, thread: str) -> Payload:
    """Thanks, and where the result is told."""
    said = voices.slack("loa/sign", files_count=count, thread=thread)
    body = [blocks.section(said.part("sent"))]
    return frame.modal(SIGN, "", said.plain("sent_title", 24), body, close=said.plain("close", 24))
