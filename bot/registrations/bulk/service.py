"""Workbooks of sender IDs: offered, taken in, and their good rows put into a draft. One function, one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Role, Who
from bot.delivery.jobs import soon
from bot.delivery.outbox import FILE, Telling, tell
from bot.delivery.transition import transition
from bot.errors import DeskError
from bot.registrations import completeness, drafts, entry, wizard
from bot.registrations.bulk import columns, rules
from bot.registrations.bulk.judge import CellProblem, Judged, at_cell, judge
from bot.registrations.bulk.reading import Reading
from bot.registrations.bulk.rules import CountryUnknown, Mending, OtherCountry, Status, TooManyRows
from bot.registrations.bulk.tables import Workbook
from bot.registrations.companies import Arrival
from bot.registrations.countries import Country, country
from bot.registrations.entry import Trouble
from bot.registrations.registered import keeps_from_asking
from bot.registrations.tables import Company, Draft
from bot.storage.audit import record
from bot.storage.database import Tx
from bot.storage.statements import add_once

CARD, BACK, TEMPLATE = "registrations.workbook", "registrations.workbook_back", "registrations.workbook_template"
CHECK, OFFER = "registrations.workbook", "registrations.workbook_offer"


# The empty workbook


def offer(tx: Tx, who: Who, rules_of: Country) -> None:
    """Have the workbook for a country sent to the person; a second click within the minute is the same one."""
    who.require_account()
    soon(tx, OFFER, f"{rules_of.code}:{who.user_id}:{tx.now:%Y%m%d%H%M}")


def offered(tx: Tx, key: str, day: str) -> None:
    """The workbook is in the store: send it. ``key`` is that of the job, ``day`` the one on which it was drawn."""
    code, user_id, minute = key.split(":")
    tell(tx, Telling(TEMPLATE, f"{code}:{day}:{minute}", user_id, FILE))


# One that comes in


@dataclass(frozen=True)
class Place:
    """Where a workbook was sent, and is answered: a channel or a person, and the thread if there is one."""

    channel: str
    thread_ts: str | None = None


def came(tx: Tx, who: Who, arrivals: Sequence[Arrival], place: Place, draft_id: str | None = None) -> list[Workbook]:
    """Workbooks came in: keep them, show their cards, have them checked. One file in one place comes in once.

    ``draft_id``: the draft that it goes into; without one it is found by the country. Raises Mending, DraftEnded.
    """
    account_id = who.require_account()
    if draft_id is not None and drafts.locked(tx, who, draft_id).submission_id is not None:
        raise Mending
    return [take(tx, account_id, who.user_id, arrival, place, draft_id=draft_id) for arrival in arrivals]


def take(
    tx: Tx, account_id: str, user_id: str, arrival: Arrival, place: Place, *, draft_id: str | None = None
) -> Workbook:
    """One workbook, of whoever knows whose it is."""
    here = (Workbook.slack_file_id == arrival.slack_file_id, Workbook.channel == place.channel)
    known = select(Workbook).where(*here)
    if (there := tx.session.scalars(known).one_or_none()) is not None:
        return there
    workbook = Workbook(
        id=tx.new_id(),
        account_id=account_id,
        user_id=user_id,
        draft_id=draft_id,
        channel=place.channel,
        thread_ts=place.thread_ts,
        slack_file_id=arrival.slack_file_id,
        name=arrival.name,
        size=arrival.size,
        created_at=tx.now,
    )
    if not add_once(tx, workbook):  # another delivery of the same was a moment earlier
        return tx.session.scalars(known).one()
    about, act = (Workbook.__tablename__, workbook.id), "registrations:workbook:received"
    record(tx, subject=about, act=act, actor=user_id, account_id=account_id, facts={"size": arrival.size})
    tell(tx, _card(workbook))
    soon(tx, CHECK, workbook.id)
    return workbook


def _card(workbook: Workbook) -> Telling:
    return Telling(CARD, workbook.id, workbook.channel, account_id=workbook.account_id, thread_ts=workbook.thread_ts)


def look(tx: Tx, workbook_id: str) -> Workbook:
    """A workbook as it stands."""
    return tx.session.get_one(Workbook, workbook_id)


def refused(tx: Tx, workbook_id: str, sentence: str) -> None:
    """It cannot be read, or not be used."""
    workbook = tx.session.get_one(Workbook, workbook_id)
    if workbook.status == Status.CHECKING:
        _move(tx, workbook, Status.REFUSED, because=sentence, trouble=sentence)


def _move(tx: Tx, workbook: Workbook, to: Status, because: str = "", **values: Any) -> None:
    transition(
        tx,
        workbook,
        to,
        moves=rules.MOVES,
        act=f"registrations:workbook:{to}",
        by=None,
        because=because,
        tell_also=[_card(workbook)],
        **values,
    )


def checked(tx: Tx, workbook_id: str, reading: Reading) -> Workbook:
    """Put the good rows into the person's draft, and keep what is wrong with the others."""
    workbook = tx.session.get_one(Workbook, workbook_id)
    if workbook.status != Status.CHECKING:
        return workbook
    try:
        with tx.session.begin_nested():  # of what is refused halfway nothing stays in the draft
            _take_rows(tx, workbook, reading)
    except DeskError as error:
        refused(tx, workbook_id, error.sentence)
    return workbook


def _take_rows(tx: Tx, workbook: Workbook, reading: Reading) -> None:
    who = Who(workbook.user_id, "", Role.CUSTOMER, workbook.account_id, None)
    draft = _draft_for(tx, who, workbook, reading)
    there = country(draft.data["country"])
    company = tx.session.get(Company, draft.data.get("company_id") or "")
    owner = entry.owner_of(company, draft.data.get("entity"))
    judged = _free(tx, draft, there, judge(reading.rows, there, owner, tx.now.date()))
    replaced = _fill(tx, who, draft, judged)
    findings = {
        "problems": [problem.as_plain() for problem in judged.problems],
        "advice": [{"row": good.row, "sentence": said} for good in judged.good for said in good.advice],
        "is_old": reading.is_old,
        "other_sheets": list(reading.other_sheets),
        "other_columns": list(reading.other_columns),
        "replaced": replaced,
    }
    good, wrong = len(judged.good), len(judged.wrong_rows)
    values: dict[str, Any] = {"draft_id": draft.id, "country": there.code, "findings": findings}
    _move(tx, workbook, Status.CHECKED, good=good, wrong=wrong, **values)


def returned(tx: Tx, workbook_id: str, stored_key: str) -> None:
    """The rows that did not go on are in the store, with their reasons: send them back."""
    workbook = tx.session.get_one(Workbook, workbook_id)
    workbook.returned_key = stored_key
    parent = None if workbook.thread_ts else (CARD, workbook.id)
    place = (workbook.channel, FILE, workbook.account_id, workbook.thread_ts, parent)
    tell(tx, Telling(BACK, workbook.id, *place))
    tell(tx, _card(workbook))


# The draft that it goes into


def _draft_for(tx: Tx, who: Who, workbook: Workbook, reading: Reading) -> Draft:
    """The draft, of the workbook's country, that nobody else changes meanwhile."""
    draft = _chosen(tx, who, workbook) or _open(tx, who, reading.country or columns.country_in(workbook.name))
    its = reading.country or columns.country_in(workbook.name) or str(draft.data.get("country") if draft else "")
    if not its:
        raise CountryUnknown
    there = country(its)
    if draft is None:
        place = wizard.place_of(tx, who, workbook.channel)
        draft = drafts.new(tx, who, workbook.account_id, place, data={})
    before = draft.data.get("country")
    if before and before != there.code:
        raise OtherCountry(its=there.spoken, draft=country(before).spoken)
    if not before:
        values = {"country": there.code, **wizard.fitting(there.code, draft.data)}
        draft = drafts.save(tx, who, draft.id, values, draft.step)
    return drafts.locked(tx, who, draft.id)


def _chosen(tx: Tx, who: Who, workbook: Workbook) -> Draft | None:
    """The draft in whose form it was given; None when that was submitted or thrown away meanwhile."""
    draft = tx.session.get(Draft, workbook.draft_id or "")
    return drafts.locked(tx, who, draft.id) if draft and draft.ended_at is None else None


def _open(tx: Tx, who: Who, code: str) -> Draft | None:
    """The person's latest draft for this country, else one for none yet."""
    mine = (Draft.account_id == who.account_id, Draft.user_id == who.user_id)
    new = (Draft.ended_at.is_(None), Draft.submission_id.is_(None))
    there = list(tx.session.scalars(select(Draft).where(*mine, *new).order_by(Draft.updated_at.desc(), Draft.id)))
    same = [draft for draft in there if not code or draft.data.get("country") == code]
    return next(iter([*same, *(draft for draft in there if not draft.data.get("country"))]), None)


def _free(tx: Tx, draft: Draft, there: Country, judged: Judged) -> Judged:
    """The same without names that the account has, or asked for, already."""
    good, taken = [], []
    for one in judged.good:
        begins = entry.read_date(one.entry["valid_from"]) or tx.now.date()
        sentence = keeps_from_asking(tx, draft, entry.name_of(one.entry), there.code, begins)
        if sentence:
            taken.append(at_cell(one.row, Trouble("sender_id", "registered", sentence)))
        else:
            good.append(one)
    in_order: list[CellProblem] = sorted([*judged.problems, *taken], key=lambda problem: problem.row)
    return Judged(tuple(good), tuple(in_order))


def _fill(tx: Tx, who: Who, draft: Draft, judged: Judged) -> int:
    """Put the good rows into the draft; how many took the place of the same name there. Raises TooManyRows."""
    entries = {
        entry.name_of(each).casefold(): each for each in draft.data.get("sender_ids") or [] if wizard.tells(each)
    }
    coming = {entry.name_of(one.entry).casefold(): one.entry for one in judged.good}
    replaced = len(entries.keys() & coming.keys())
    entries |= coming
    if len(entries) > columns.ROWS_MAX:
        raise TooManyRows(found=f"with those of your draft {len(entries)}", most=columns.ROWS_MAX)
    draft = drafts.save(tx, who, draft.id, {"sender_ids": list(entries.values())}, draft.step)
    if entries:
        open_details = any(one.step == "details" for one in completeness.problems(tx, draft, tx.now.date()))
        drafts.save(tx, who, draft.id, {}, "details" if open_details else "review")
    return replaced
