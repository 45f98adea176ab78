"""Is this sender ID one that a country's operators take? Pure: every rule of the country's file is judged."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.registrations import names
from bot.registrations.countries import Country
from bot.registrations.judging import About, Case, Rule, Unjudged
from bot.registrations.name_rules import Refused
from bot.registrations.text_rules import BrandInText


@dataclass(frozen=True)
class Finding:
    """What one rule says. ``level`` of what failed is the rule's; "info" is not yet to be judged, or holds.

    ``proposal``: a sender ID (or, for a rule ``about`` the text, a text) with which the rule holds; empty: none known.
    """

    rule: str
    ok: bool
    level: Literal["error", "warning", "info"]
    message: str
    proposal: str
    source: str
    about: About = "name"
    judged: bool = True

    def as_plain(self) -> dict[str, Any]:
        """What ``--json`` prints of it."""
        return {name: getattr(self, name) for name in ("rule", "ok", "level", "message", "proposal", "source")}


def check_sender_id(
    country: Country,
    name: str,
    *,
    company: str = "",
    brand: str = "",
    text: str = "",
    entity: str = "",
    brandless: bool = False,
    uen: str = "",
) -> tuple[Finding, ...]:
    """A finding for every rule of the country, in its file's order.

    What is left empty is not known yet: rules that wait for it say so. ``brandless``: the owner knows that the sender
    ID does not have his name in it, and proves his right to it.
    """
    case = Case(name=name, company=company, brand=brand, text=text, entity=entity, brandless=brandless, uen=uen)
    troubles = [(rule, rule.trouble(case)) for rule in country.rules]
    mended = (
        mend(country, case) if any(isinstance(found, str) and rule.about == "name" for rule, found in troubles) else ""
    )
    return tuple(_finding(country, rule, found, case, mended) for rule, found in troubles)


def ok(findings: Iterable[Finding]) -> bool:
    """Whether nothing stands against it: no failed rule of level error."""
    return not any(not finding.ok and finding.level == "error" for finding in findings)


def mend(country: Country, case: Case) -> str:
    """The likest sender ID that the same rules take, warnings avoided where that is possible; empty: none found."""
    refused = {word for rule in country.rules if isinstance(rule, Refused) for word in rule.words}
    tried = dict.fromkeys(names.candidates(case.name, case.owners, country.longest_name, refused))
    failing = {each: _failing(country, each, case) for each in tried if each != case.name}
    passing = [each for each, levels in failing.items() if "error" not in levels]
    clean = [each for each in passing if not failing[each]]
    if clean:
        return clean[0]
    return passing[0] if passing and "error" in _failing(country, case.name, case) else ""


def _failing(country: Country, name: str, case: Case) -> set[str]:
    """The levels of the rules on the name that fail with this one."""
    tried = replace(case, name=name)
    return {rule.level for rule in country.rules if rule.about == "name" and isinstance(rule.trouble(tried), str)}


def _finding(country: Country, rule: Rule, found: str | Unjudged | None, case: Case, mended: str) -> Finding:
    source = country.cite(rule.source)
    if isinstance(found, Unjudged):
        message = f"{rule.says} (to be checked with {found.needs})."
        return Finding(rule.rule, True, "info", message, "", source, rule.about, judged=False)
    if found is None:
        return Finding(rule.rule, True, "info", f"{rule.says}.", "", source, rule.about)
    proposal = mended if rule.about == "name" else _mended_text(rule, case)
    sentence = found if found.endswith((".", "?", "!")) else f"{found}."
    return Finding(rule.rule, False, rule.level, f"{sentence} {rule.why}", proposal, source, rule.about)


def _mended_text(rule: Rule, case: Case) -> str:
    if not isinstance(rule, BrandInText):
        return ""
    spoken = f"{names.without_legal_form(case.owners[0])}: {case.text.strip()}"
    return spoken if rule.trouble(replace(case, text=spoken)) is None else ""
