"""The pages that an agent must have, privacy policy and terms: how their addresses are judged. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from bot.rcs.contact_rules import is_host
from bot.rcs.findings import Finding, Level, fails, holds

REDIRECTS_MOST = 5
_LONGEST = 2048
_HTTPS = 443
_SHOWN = 200


class End(StrEnum):
    """How the way to a page ended."""

    THERE = "there"
    NOT_THERE = "not_there"
    NO_HOST = "no_host"
    LOCKED = "locked"
    NOT_PUBLIC = "not_public"
    PLAIN = "plain"
    AROUND = "around"
    CERTIFICATE = "certificate"
    UNCHECKED = "unchecked"


@dataclass(frozen=True)
class Visit:
    """What came of opening an address. ``said``: the answer in a few words; ``url``: where the way ended."""

    end: End
    said: str
    url: str


def trouble(typed: str) -> str:
    """What keeps an address from being one that a customer's phone opens; empty for none."""
    url = typed.strip()
    if not url.isprintable() or " " in url or "\\" in url or len(url) > _LONGEST:
        return "link_shape"
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return "link_shape"
    if parts.scheme == "http" and host:
        return "link_plain"
    if parts.scheme != "https" or not host:
        return "link_shape"
    if "@" in parts.netloc:
        return "link_password"
    return "" if port in {None, _HTTPS} else "link_port"


def judge_shape(what: str, typed: str) -> Finding:
    """``privacy.format`` or ``terms.format``."""
    url, limit = typed.strip()[:_SHOWN], "https://"
    say = trouble(typed)
    if not say and not is_host(urlsplit(url).hostname or ""):
        say = "link_host"
    if say:
        return fails("error", f"{what}.format", url, limit, say, what=what)
    return holds(f"{what}.format", url, limit)


def judge(what: str, typed: str, visit: Visit | None) -> Iterator[Finding]:
    """``privacy.format`` and, once the page was visited, ``privacy.reachable``; the same for ``terms``."""
    yield judge_shape(what, typed)
    if visit is None:
        return
    check, limit = f"{what}.reachable", "answers 200"
    if visit.end is End.THERE:
        yield holds(check, visit.said, limit)
        return
    level: Level = "warning" if visit.end is End.UNCHECKED else "error"
    facts = {"what": what, "url": visit.url[:_SHOWN], "said": visit.said}
    yield fails(level, check, visit.said, limit, f"page_{visit.end}", **facts)
