"""What the page's "World" menu can make go wrong, in words for people."""

from collections.abc import Callable
from typing import NamedTuple

from bot.sandbox.faults import Fault


class Trouble(NamedTuple):
    """One entry of the menu; ``make`` gives a fresh fault."""

    name: str
    text: str
    hint: str
    make: Callable[[], Fault]


TROUBLES = (
    Trouble(
        "slack-limit",
        "Slack asks to slow down",
        "The next message is refused with 429, to be tried again after 3 seconds",
        lambda: Fault("slack:chat.postMessage", "status", status=429, headers={"Retry-After": "3"}),
    ),
    Trouble(
        "slack-lost",
        "Slack posts, and the answer is lost",
        "The next message appears, but the app does not learn of it",
        lambda: Fault("slack:chat.postMessage", "drop", when="after"),
    ),
    Trouble(
        "slack-down",
        "Slack is down for five calls",
        "The next five calls are answered with 503",
        lambda: Fault("slack:*", "status", status=503, times=5),
    ),
    Trouble(
        "contacts-lost",
        "8x8 takes the file, and the answer is lost",
        "The next batch is created, but the app does not learn of it",
        lambda: Fault("contacts:createContacts", "drop", when="after"),
    ),
    Trouble(
        "contacts-down",
        "8x8 is down for three calls",
        "The next three calls are answered with 503",
        lambda: Fault("contacts:*", "status", status=503, times=3),
    ),
    Trouble(
        "mail-later",
        "The mail server says: later",
        "The next e-mail is put off with 451",
        lambda: Fault("smtp:data", "status", status=451),
    ),
    Trouble(
        "docusign-lost",
        "DocuSign makes it, and the answer is lost",
        "The next envelope is made, but the app does not learn of it",
        lambda: Fault("docusign:createEnvelope", "drop", when="after"),
    ),
    Trouble(
        "docusign-down",
        "DocuSign is down for five calls",
        "The next five calls are answered with 503",
        lambda: Fault("docusign:*", "status", status=503, times=5),
    ),
    Trouble(
        "docusign-silent",
        "DocuSign forgets to tell",
        "The next event never arrives; the app has to look by itself",
        lambda: Fault("docusign:connect", "drop"),
    ),
    Trouble(
        "events-twice",
        "Slack tells it twice",
        "The next shared file is announced two times",
        lambda: Fault("events:file_shared", "twice"),
    ),
)
BY_NAME = {trouble.name: trouble for trouble in TROUBLES}
