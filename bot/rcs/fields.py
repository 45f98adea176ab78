"""What is asked of an agent: the fields of the request form, as typed."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from bot.rcs import colour
from bot.rcs.keywords import REQUIRED
from bot.rcs.name_rules import tidied, use_case

TEXTS = ("start", "help", "stop")
PAGES = ("privacy", "terms")
PICTURES = ("logo", "hero")
UNITED_STATES, SINGAPORE = "US", "SG"
MARKETS = {
    "ID": "Indonesia",
    "PH": "Philippines",
    SINGAPORE: "Singapore",
    "TH": "Thailand",
    UNITED_STATES: "United States",
    "ELSEWHERE": "Elsewhere",
}
"""Where an agent's customers are: the United States ask for exact texts, Singapore for the name of the sender ID."""


@dataclass(frozen=True, kw_only=True)
class AgentFields:
    """The request form without its pictures. ``start``, ``help`` and ``stop`` are the answers to these words."""

    name: str = ""
    description: str = ""
    color: str = ""
    use_case: str = ""
    markets: tuple[str, ...] = ()
    privacy: str = ""
    terms: str = ""
    email: str = ""
    phone: str = ""
    start: str = REQUIRED["start"]
    help: str = ""
    stop: str = REQUIRED["stop"]
    message: str = ""
    """The first message of the preview; empty: the answer to START."""

    @property
    def brand(self) -> str:
        """The colour as ``#RRGGBB``; empty when there is none."""
        return colour.normalised(self.color)

    @property
    def help_text(self) -> str:
        """The answer to HELP; made of the phone number until another one is typed."""
        return self.help or (f"For support, please call {self.phone.strip()}." if self.phone.strip() else "")

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "AgentFields":
        """From a draft's or an agent's data; what else is in it is left out."""
        found = {name: data[name] for name in NAMES if data.get(name) is not None}
        return cls(**found | {"markets": tuple(found.get("markets", ()))})

    def tidied(self) -> dict[str, Any]:
        """As it is kept once it is sent in."""
        plain = {name: tidied(value) if isinstance(value, str) else value for name, value in asdict(self).items()}
        case = use_case(self.use_case)
        return plain | {
            "color": self.brand or plain["color"],
            "use_case": str(case or ""),
            "markets": list(self.markets),
            "help": tidied(self.help_text),
        }


NAMES = tuple(field.name for field in fields(AgentFields))


def hash_of(*parts: object) -> str:
    """A short name of a state: the same parts have the same."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:16]


def pages_hash(asked: AgentFields) -> str:
    """Names the pages that were visited."""
    return hash_of(asked.privacy.strip(), asked.terms.strip())


def preview_hash(asked: AgentFields, picture_keys: Iterable[str]) -> str:
    """Names what is drawn on the phone."""
    drawn = (asked.name, asked.description, asked.brand, asked.message, asked.start, *picture_keys)
    return hash_of(*drawn)
