"""What App Home shows of contact files: first what waits for a person, then the latest."""

from collections.abc import Callable, Sequence

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.tables import Account
from bot.contacts.facts import counts
from bot.contacts.rules import Status
from bot.contacts.steps import CARD
from bot.contacts.tables import ContactFile
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.links import Links
from bot.delivery.voices import Voices
from bot.storage.database import Tx

_SHOWN = 8
_WAITS = (Status.NEEDS_COLUMNS, Status.CHECKED, Status.REFUSED, Status.UNSURE, Status.UNREADABLE)


def section(voices: Voices, links: Links, upload_action: str) -> Callable[[Tx, Who], list[Block]]:
    """Home's section about contact files; empty while there are none. ``upload_action`` is the button's action id."""

    def draw(tx: Tx, who: Who) -> list[Block]:
        waiting, others = _files(tx, who, waiting=True), _files(tx, who, waiting=False)
        if not waiting and not others:
            return []
        words = voices.slack("contacts/home")
        shown = [] if waiting else [blocks.section(words.part("nothing_waits"))]
        for title, files in (("needs_you", waiting), ("files", others)):
            if files:
                shown.append({"type": "header", "text": blocks.plain(words.plain(title))})
                shown += [line(tx, file, account if who.is_staff else "") for file, account in files]
        if who.account_id is not None:
            shown.append(blocks.actions([blocks.button(words.plain("button_upload"), upload_action, "home")]))
        return shown

    def line(tx: Tx, file: ContactFile, account: str) -> Block:
        words = voices.slack(
            "contacts/home",
            name=file.name,
            thread=links.find(tx, CARD, file.id, file.channel),
            account=account,
            status=voices.state(f"contacts.{file.status}"),
            created_at=file.created_at,
            channel_id=file.channel if file.channel[0] in "CG" else "",
            **counts(file),
        )
        return blocks.section("\n".join(words.lines("file")))

    return draw


def _files(tx: Tx, who: Who, *, waiting: bool) -> Sequence[tuple[ContactFile, str]]:
    """Files with their account's name, the newest first: the account's, or everybody's for staff."""
    wanted = select(ContactFile, Account.name).join(Account, Account.id == ContactFile.account_id)
    if not who.is_staff:
        wanted = wanted.where(ContactFile.account_id == who.account_id)
    is_waiting = ContactFile.status.in_(_WAITS)
    wanted = wanted.where(is_waiting if waiting else ~is_waiting)
    newest = wanted.order_by(ContactFile.created_at.desc(), ContactFile.id).limit(_SHOWN)
    return [(file, name) for file, name in tx.session.execute(newest)]
