"""What jobs find out about an export, and what follows: one function, one transaction. All may be done again."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.delivery.jobs import soon
from bot.delivery.outbox import tell
from bot.logs import rules
from bot.logs.errors import NotFollowed
from bot.logs.rules import Status
from bot.logs.steps import FETCH, FILES, PICTURE, POLL, PURGE, card, file_of, locked, move, note
from bot.logs.tables import LogExport
from bot.storage.database import Tx

_MAY_BEGIN = frozenset({Status.SENDING, Status.UNSURE})


def sending(tx: Tx, export_id: str) -> bool:
    """From now on 8x8 may have it; False when somebody cancelled first."""
    export = locked(tx, export_id)
    if export.status != Status.WAITING:
        return False
    move(tx, export, Status.SENDING, trouble=None)
    return True


def not_sent(tx: Tx, export_id: str, sentence: str) -> None:
    """8x8 surely has not got it: it waits to be sent."""
    export = locked(tx, export_id)
    if export.status == Status.SENDING:
        move(tx, export, Status.WAITING, because=sentence, trouble=waits_of(sentence))


def refused(tx: Tx, export_id: str, trouble: Mapping[str, Any]) -> None:
    """8x8 refused it, or could not be asked; the person may change it and ask again."""
    export = locked(tx, export_id)
    if export.status in {Status.WAITING, Status.SENDING}:
        move(tx, export, Status.REFUSED, because=str(trouble["sentence"]), trouble=dict(trouble))


def unsure(tx: Tx, export_id: str, trouble: Mapping[str, Any]) -> None:
    """Nobody can tell whether 8x8 has it, and it is not asked a second time by itself."""
    export = locked(tx, export_id)
    if export.status == Status.SENDING:
        move(tx, export, Status.UNSURE, because=str(trouble["sentence"]), trouble=dict(trouble))


def began(tx: Tx, export_id: str, job_id: str) -> None:
    """8x8 took it: follow it."""
    export = locked(tx, export_id)
    if export.status in _MAY_BEGIN:
        values: dict[str, Any] = {"job_id": job_id, "word": "queued", "begun_at": tx.now, "polls": 0, "trouble": None}
        move(tx, export, Status.RUNNING, facts={"job": job_id}, **values)
        soon(tx, POLL, export.id, after=timedelta(seconds=rules.poll_after(0)))


def polled(tx: Tx, export_id: str, word: str, expires: datetime | None) -> None:
    """What 8x8 says of it now."""
    export = locked(tx, export_id)
    if export.status != Status.RUNNING:
        return
    to, shown = rules.meaning(word), rules.shown_word(word)
    news = shown != export.word or export.trouble is not None
    export.word, export.polls, export.looked_at, export.trouble = shown, export.polls + 1, tx.now, None
    export.expires_at = expires or export.expires_at
    if to is not Status.RUNNING:
        move(tx, export, to, facts={"word": shown})
        if to is Status.FETCHING:
            soon(tx, FETCH, export.id)
    elif tx.now - (export.begun_at or export.created_at) > rules.FOLLOWED:
        lost(tx, export_id, NotFollowed(days=rules.FOLLOWED.days, word=shown).sentence)
    else:
        soon(tx, POLL, export.id, after=timedelta(seconds=rules.poll_after(export.polls)))
        if news:
            tell(tx, card(export))


def waits(tx: Tx, export_id: str, sentence: str) -> bool:
    """Somebody does not answer just now, which the card says; False when nobody waits for it any more."""
    export = locked(tx, export_id)
    if export.status not in rules.UNDER_WAY:
        return False
    if tx.now - (export.begun_at or tx.now) > rules.FOLLOWED and export.status != Status.CANCELLING:
        lost(tx, export_id, sentence)
        return False
    if (export.trouble or {}).get("sentence") != sentence:
        export.trouble = waits_of(sentence)
        tell(tx, card(export))
    return True


def waits_of(sentence: str) -> dict[str, Any]:
    """What a row keeps while somebody is waited for."""
    return {"sentence": sentence, "waits": True}


def lost(tx: Tx, export_id: str, sentence: str) -> None:
    """Its files cannot be had any more."""
    export = locked(tx, export_id)
    if export.status in {Status.RUNNING, Status.FETCHING}:
        move(tx, export, Status.LOST, because=sentence, trouble={"sentence": sentence})


def cancelled(tx: Tx, export_id: str, sentence: str = "") -> None:
    """8x8 does nothing more for it, or (``sentence``) we do not know that."""
    export = locked(tx, export_id)
    if export.status == Status.CANCELLING:
        trouble = {"sentence": sentence} if sentence else None
        move(tx, export, Status.CANCELLED, because=sentence, trouble=trouble)


def fetched(
    tx: Tx,
    export_id: str,
    files: Sequence[Mapping[str, Any]],
    summary: Mapping[str, Any] | None,
    picture_key: str | None,
) -> bool:
    """The files are in our store: send them to the person. False when nobody wants them any more."""
    export = locked(tx, export_id)
    if export.status != Status.FETCHING:
        return False
    kept = [dict(each) for each in files]
    total = sum(int(each["size"]) for each in kept)
    values: dict[str, Any] = {"files": kept, "files_count": len(kept), "bytes_count": total, "trouble": None}
    move(tx, export, Status.READY, **values, summary=dict(summary) if summary else None, picture_key=picture_key)
    if picture_key:
        tell(tx, file_of(export, PICTURE, export.id))
    for number in range(len(kept)):
        tell(tx, file_of(export, FILES, f"{export.id}:{number + 1}"))
    soon(tx, PURGE, export.id, after=rules.KEPT)
    return True


def stored(tx: Tx, export_id: str) -> list[str]:
    """The keys of what we keep of it."""
    export = tx.session.get_one(LogExport, export_id)
    return [*(each["key"] for each in export.files), *([export.picture_key] if export.picture_key else [])]


def purged(tx: Tx, export_id: str) -> None:
    """Our copies are gone; counts stay."""
    export = locked(tx, export_id)
    export.files, export.picture_key = [], None
    note(tx, export, "export:purged", None)
    tell(tx, card(export))
