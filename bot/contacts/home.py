"""What App Home shows of contact files: what waits for a person, and the latest."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.tables import Account
from bot.contacts.facts import counts
from bot.contacts.operations.card import OperationCard
from bot.contacts.operations.rules import BATCHES, State
from bot.contacts.operations.steps import CARD as OPERATION
from bot.contacts.operations.tables import ContactOperation
from bot.contacts.rules import Status
from bot.contacts.steps import CARD
from bot.contacts.tables import ContactFile
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.links import Links
from bot.delivery.voices import Voices
from bot.storage.database import Tx

_SHOWN = 5
_LISTED = 20
_WAITS = (Status.NEEDS_COLUMNS, Status.CHECKED, Status.REFUSED, Status.UNSURE, Status.UNREADABLE)


class Home:
    """Contact files on App Home. ``upload_action`` is the action id of the button that brings one."""

    def __init__(self, voices: Voices, links: Links, upload_action: str) -> None:
        self._voices = voices
        self._links = links
        self._upload_action = upload_action

    def needs(self, tx: Tx, who: Who) -> list[Block]:
        """The files that wait for a decision."""
        if not who.is_staff and who.account_id is None:
            return []
        files = self._lines(tx, who, _files(tx, who, _SHOWN, waiting=True))
        return [*files, *self._asked(tx, who, _operations(tx, who, _SHOWN, waiting=True))]

    def shown(self, tx: Tx, who: Who) -> list[Block]:
        """The latest files, and the button that brings one."""
        if not who.is_staff and who.account_id is None:
            return []
        words = self._voices.slack("contacts/home")
        asked = self._asked(tx, who, _operations(tx, who, _SHOWN, waiting=False))
        files = self._lines(tx, who, _files(tx, who, _LISTED, waiting=False))
        files = files or [blocks.section(words.part("none_staff" if who.is_staff else "none"))]
        found = [*asked, *files]
        button = blocks.button(words.plain("button_upload"), self._upload_action, "home")
        return [*found, *([] if who.is_staff else [blocks.actions([button])])]

    def begun(self, tx: Tx, who: Who) -> bool:
        """Whether there is a file, or something that was asked for."""
        mine = [] if who.is_staff else [ContactFile.account_id == who.account_id]
        files = tx.session.scalars(select(ContactFile.id).where(*mine).limit(1)).first() is not None
        return files or bool(_operations(tx, who, 1, waiting=False))

    def _lines(self, tx: Tx, who: Who, files: Sequence[tuple[ContactFile, str]]) -> list[Block]:
        threads = self._links.find_all(tx, CARD, {file.id: file.channel for file, _ in files})
        return [self._line(file, account if who.is_staff else "", threads.get(file.id, "")) for file, account in files]

    def _line(self, file: ContactFile, account: str, thread: str) -> Block:
        words = self._voices.slack(
            "contacts/home",
            name=file.name,
            thread=thread,
            account=account,
            status=self._voices.state(f"contacts.{file.status}"),
            created_at=file.created_at,
            channel_id=file.channel if file.channel[0] in "CG" else "",
            **counts(file),
        )
        return blocks.section("\n".join(words.lines("file")))

    def _asked(self, tx: Tx, who: Who, asked: Sequence[tuple[ContactOperation, str]]) -> list[Block]:
        threads = self._links.find_all(tx, OPERATION, {each.id: each.channel for each, _ in asked})
        return [self._operation(each, name if who.is_staff else "", threads.get(each.id, "")) for each, name in asked]

    def _operation(self, operation: ContactOperation, account: str, thread: str) -> Block:
        card = OperationCard(self._voices, operation, account)
        words = self._voices.slack(
            "contacts/home",
            title=card.title,
            thread=thread,
            account=account,
            status=self._voices.state(f"contacts.{operation.status}"),
            asked_by=operation.asked_by,
            asked_at=operation.asked_at,
        )
        return blocks.section("\n".join(words.lines("operation")))


def _operations(tx: Tx, who: Who, limit: int, *, waiting: bool) -> Sequence[tuple[ContactOperation, str]]:
    """Batches that were asked for, with their account's name, the newest first."""
    wanted = select(ContactOperation, Account.name).join(Account, Account.id == ContactOperation.account_id)
    wanted = wanted.where(ContactOperation.kind.in_(BATCHES))
    if not who.is_staff:
        wanted = wanted.where(ContactOperation.account_id == who.account_id)
    if waiting:
        wanted = wanted.where(ContactOperation.status.in_((State.REFUSED, State.UNSURE)))
    newest = wanted.order_by(ContactOperation.asked_at.desc(), ContactOperation.id).limit(limit)
    return [(operation, name) for operation, name in tx.session.execute(newest)]


def _files(tx: Tx, who: Who, limit: int, *, waiting: bool) -> Sequence[tuple[ContactFile, str]]:
    """Files with their account's name, the newest first: the account's, or everybody's for staff."""
    wanted = select(ContactFile, Account.name).join(Account, Account.id == ContactFile.account_id)
    if not who.is_staff:
        wanted = wanted.where(ContactFile.account_id == who.account_id)
    if waiting:
        wanted = wanted.where(ContactFile.status.in_(_WAITS))
    newest = wanted.order_by(ContactFile.created_at.desc(), ContactFile.id).limit(limit)
    return [(file, name) for file, name in tx.session.execute(newest)]
