"""All that can be said of a request as it stands: every finding in one list, in the order of the form."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from bot.rcs import colour, contact_rules, keywords, links, name_rules
from bot.rcs.fields import PAGES, PICTURES, SINGAPORE, UNITED_STATES, AgentFields
from bot.rcs.findings import Finding, fails, holds
from bot.rcs.rules import PictureStatus
from bot.rcs.tables import AgentPicture
from bot.registrations.rules import SubmissionStatus
from bot.registrations.tables import Registration
from bot.storage.database import Tx

_LISTED = 8


def findings_of(
    asked: AgentFields,
    pictures: Mapping[str, AgentPicture],
    visited: Iterable[Finding],
    ssir: Sequence[str],
) -> list[Finding]:
    """Everything, also what is missing. ``visited``: what visits of the pages found; ``ssir``: the account's names."""
    return [
        *brand_findings(asked, ssir),
        *(found for what in PICTURES for found in _of_picture(what, pictures.get(what))),
        *page_findings(asked, visited),
        *contact_findings(asked),
    ]


def brand_findings(asked: AgentFields, ssir: Sequence[str]) -> Iterator[Finding]:
    """Name, description, colour, use case, and Singapore's sender ID."""
    yield from name_rules.judge_name(asked.name)
    yield from name_rules.judge_description(asked.description)
    yield from colour.judge(asked.color)
    yield from name_rules.judge_use_case(asked.use_case)
    if SINGAPORE in asked.markets:
        yield _ssir(name_rules.tidied(asked.name), ssir)


def page_findings(asked: AgentFields, visited: Iterable[Finding]) -> Iterator[Finding]:
    """The addresses as they are written, and what was found there."""
    found = list(visited)
    for what in PAGES:
        yield links.judge_shape(what, getattr(asked, what))
        yield from (each for each in found if each.check.partition(".")[0] == what)


def contact_findings(asked: AgentFields) -> Iterator[Finding]:
    """E-mail, phone, and the answers to START, HELP and STOP: exact in the United States, advised elsewhere."""
    yield from contact_rules.judge_email(asked.email)
    yield from contact_rules.judge_phone(asked.phone)
    texts = {"start": asked.start, "help": asked.help_text, "stop": asked.stop}
    for finding in keywords.judge(texts, asked.name):
        is_for_us = UNITED_STATES in asked.markets
        yield finding if finding.ok or finding.level != "error" or is_for_us else replace(finding, level="warning")


def _of_picture(what: str, picture: AgentPicture | None) -> Iterator[Finding]:
    if picture is None:
        yield fails("error", f"{what}.format", "nothing", "JPEG or PNG", "picture_missing", what=what)
    elif picture.status == PictureStatus.REFUSED:
        yield fails("error", f"{what}.format", picture.name, "JPEG or PNG", "picture_refused", why=picture.trouble)
    else:
        yield from (from_row(row) for row in picture.findings)


def _ssir(name: str, ssir: Sequence[str]) -> Finding:
    if name in ssir:
        return holds("name.ssir", name, name)
    if ssir:
        listed = ", ".join(ssir[:_LISTED])
        return fails("error", "name.ssir", name or "no name", listed, "ssir_differs", proposal=ssir[0])
    return fails("warning", "name.ssir", name or "no name", "a sender ID in SSIR", "ssir_none")


def ssir_names(tx: Tx, account_id: str) -> list[str]:
    """The account's sender IDs in Singapore that were not taken back, the latest first."""
    return list(dict.fromkeys(one.sender_id for one in _in_singapore(tx, account_id)))


def ssir_registration(tx: Tx, account_id: str, name: str) -> str | None:
    """The registration of this very name in Singapore, when there is one."""
    return next((one.id for one in _in_singapore(tx, account_id) if one.sender_id == name), None)


def _in_singapore(tx: Tx, account_id: str) -> list[Registration]:
    mine = (Registration.account_id == account_id, Registration.country == SINGAPORE)
    there = select(Registration).where(*mine, Registration.status == SubmissionStatus.SUBMITTED)
    return list(tx.session.scalars(there.order_by(Registration.requested_at.desc(), Registration.id)))


def from_row(row: Mapping[str, Any]) -> Finding:
    """A finding as a row keeps it."""
    return Finding(**row)
