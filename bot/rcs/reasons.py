"""Why a request for an agent is sent back or rejected: the list that staff choose from, and what the customer reads."""

from pathlib import Path

from bot.registrations.reasons import ReasonList

FIELDS = {
    "name": "Name",
    "description": "Description",
    "color": "Colour",
    "use_case": "Use case",
    "markets": "Markets",
    "logo": "Logo",
    "hero": "Hero image",
    "privacy": "Privacy policy",
    "terms": "Terms of service",
    "email": "E-mail address",
    "phone": "Phone number",
    "start": "Answer to START",
    "help": "Answer to HELP",
    "stop": "Answer to STOP",
    "message": "First message",
}
"""What a decision can point at, and what can be mended, by its name in a draft's data."""


REASONS = ReasonList(Path(__file__).with_name("reasons.yml"))
