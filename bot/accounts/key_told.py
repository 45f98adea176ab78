"""What staff are told of keys in their channel: 8x8 refuses one, and what to do; a new one works now."""

from bot.accounts.access import PRODUCT_NAMES, REFUSED, mark_of, refused_name
from bot.accounts.places import KeyPlace, Product
from bot.accounts.tables import Account, AccountKey, RefusedKey
from bot.delivery import blocks
from bot.delivery.outbox import REVIEW, MessageKind, SlackCard, Telling, tell
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.storage.database import Tx

WORKS = "accounts.key_works"


def tell_works(tx: Tx, row: AccountKey) -> None:
    """A key that had to wait is in use now."""
    tell(tx, Telling(WORKS, refused_name(row.account_id, row.mark), REVIEW, account_id=row.account_id))


def kinds(voices: Voices, opens_form: str) -> list[MessageKind]:
    """Both messages; ``opens_form`` is the button's action, whose value is the account."""

    def draw_refused(tx: Tx, message: Message) -> SlackCard | None:
        account_id, _, mark = message.key.partition(":")
        row = tx.session.get(RefusedKey, (account_id, mark))
        if row is None:
            return None
        words = voices.slack(
            "accounts/key",
            name=tx.session.get_one(Account, account_id).name,
            product=PRODUCT_NAMES[Product(row.product)],
            key_end=row.key_end,
            at=row.refused_at,
            was_new=row.was_new,
            is_kept=tx.session.get(AccountKey, (account_id, KeyPlace.IN_USE)) is not None,
        )
        is_missing = mark == mark_of(account_id, "")
        if row.ended_at is not None:
            text = words.part("there" if is_missing else "over")
            return SlackCard(text, [blocks.section(text)])
        button = blocks.button(words.plain("button"), opens_form, account_id, style="primary")
        todo = "new_todo" if row.was_new else "todo"
        parts = [words.part(name) for name in (("missing", "missing_todo") if is_missing else ("refused", todo))]
        return SlackCard(" ".join(parts), [*(blocks.section(part) for part in parts), blocks.actions([button])])

    def draw_works(tx: Tx, message: Message) -> SlackCard | None:
        account_id, _, mark = message.key.partition(":")
        row = tx.session.get(AccountKey, (account_id, KeyPlace.IN_USE))
        if row is None or row.mark != mark:
            return None
        name = tx.session.get_one(Account, account_id).name
        text = voices.text("accounts/key", "works", name=name, key_end=row.key_end)
        return SlackCard(text, [blocks.section(text)])

    return [MessageKind(REFUSED, draw_refused), MessageKind(WORKS, draw_works)]
