"""Letters for the shell: which ones a registration, a ticket or a number names, read beside a running desk."""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, select
from sqlalchemy.orm import Session

from bot.errors import DeskError
from bot.loa import needs
from bot.loa.following import letterhead_of
from bot.loa.letter import LetterData
from bot.loa.moving import letters_of
from bot.loa.tables import Letter
from bot.registrations.countries import country
from bot.registrations.tables import Paper, Registration, Submission
from bot.registrations.wholes import Whole, whole
from bot.storage.database import Database, Tx, dialect_of, parse
from bot.storage.sqlite import DatabaseInUse, engine, file_of
from bot.storage.unit import utc_now
from bot.tickets.tables import Ticket

P = ParamSpec("P")
R = TypeVar("R")
_TICKET = re.compile(r"#?0*([1-9][0-9]{0,8})")


class NoSuchLetters(DeskError):
    """There is no registration, ticket or letter {typed} here. Write a registration's id, 123 or LOA-000123-1."""


class NoneNeeded(DeskError):
    """{sender_id} in {country} needs no letter of authorisation now. {note}"""  # noqa: D400, D415 - a sentence too


class NoDatabase(DeskError):
    """There is no database at {path} yet. Set DATABASE_URL, in the environment or in .env."""


@dataclass(frozen=True)
class Asked:
    """A letter to be drawn. ``kept`` is the SHA-256 of the one that the desk keeps; empty where it keeps none."""

    data: LetterData
    kept: str
    letterhead: Paper | None


async def read_beside(url: str, f: Callable[Concatenate[Tx, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """One query, also while a desk is running that has the SQLite file for itself."""
    address = parse(url)
    if dialect_of(address) == "sqlite" and not file_of(address).exists():
        raise NoDatabase(path=file_of(address))
    database = Database(url)
    try:
        await database.open(migrate=False)
    except DatabaseInUse:
        return await asyncio.to_thread(_beside, address, lambda tx: f(tx, *args, **kwargs))
    try:
        return await database.read(f, *args, **kwargs)
    finally:
        await database.close()


def _beside(address: URL, query: Callable[[Tx], R]) -> R:
    with Session(engine(file_of(address), begin="BEGIN", query_only=True)) as session:
        return query(Tx(session, utc_now(), lambda: "", None))


def asked(tx: Tx, typed: str, provider: str) -> list[Asked]:
    """The letters that are meant: those that the desk keeps, and those that would be made now.

    Raises NoSuchLetters and NoneNeeded.
    """
    letter = tx.session.scalars(select(Letter).where(Letter.number == typed.strip().upper())).first()
    if letter is not None:
        return [_kept(tx, letter)]
    registrations = _registrations(tx, typed.strip())
    if not registrations:
        raise NoSuchLetters(typed=typed)
    found = [one for each in registrations for one in _of(tx, whole(tx, each), provider)]
    if not found:
        rules, first = country(registrations[0].country), registrations[0]
        raise NoneNeeded(sender_id=first.sender_id, country=rules.spoken, note=rules.loa.note)
    return found


def _registrations(tx: Tx, typed: str) -> Sequence[Registration]:
    one = tx.session.get(Registration, typed)
    number = _TICKET.fullmatch(typed)
    if one is not None or number is None:
        return [one] if one else []
    mine = select(Registration).join(Submission, Submission.id == Registration.submission_id)
    mine = mine.join(Ticket, Ticket.id == Submission.ticket_id).where(Ticket.number == int(number[1]))
    return list(tx.session.scalars(mine.order_by(Registration.position)))


def _of(tx: Tx, there: Whole, provider: str) -> list[Asked]:
    kept = letters_of(tx, there.registration.id)
    slots = {letter.slot for letter in kept}
    paper = letterhead_of(tx, there.submission)
    wanted = needs.letters(there, provider, str(paper.sha256) if paper else "")
    today = utc_now().date().isoformat()
    new = [
        replace(one.data, number=needs.number_of(there.ticket.number, place, 1), dated=today)
        for place, one in enumerate(wanted, start=1)
        if one.slot not in slots
    ]
    return [*(_kept(tx, letter) for letter in kept), *(Asked(data, "", paper) for data in new)]


def _kept(tx: Tx, letter: Letter) -> Asked:
    data = needs.read(letter.data)
    mine = select(Paper).where(Paper.account_id == letter.account_id, Paper.sha256 == data.letterhead_sha256)
    paper = tx.session.scalars(mine.limit(1)).first() if data.letterhead_sha256 else None
    return Asked(data, letter.sha256 or "", paper)
