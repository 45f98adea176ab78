"""DocuSign: whether it lets the desk in, whose account it is, and whether it can tell us what happens there."""

from collections.abc import AsyncIterator, Iterator

import aiohttp

from bot.doctor.findings import Finding, fail, ok, warn
from bot.loa.docusign import credentials
from bot.loa.docusign_access import Access, Account
from bot.loa.docusign_errors import ConsentNeeded, DocuSignError, LockedOut
from bot.settings import Settings
from bot.storage.database import utc_now

_URL, _APP, _USER, _ACCOUNT, _KEY, _CONNECT = (
    f"DOCUSIGN_{name}"
    for name in ("ACCOUNT_URL", "INTEGRATION_KEY", "USER_ID", "ACCOUNT_ID", "PRIVATE_KEY", "CONNECT_KEYS")
)
_APPS = "In DocuSign: Settings, Apps and Keys."


async def check_docusign(settings: Settings, http: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    """Ask for a token and for the user's accounts; nothing is made there."""
    own = credentials(settings)
    if own is None:
        yield ok(_APP, "is not set: letters are signed on our own page, or by hand")
        return
    missing = list(_missing(settings))
    for finding in missing:
        yield finding
    if missing:
        return
    try:
        account = await Access(http, own, utc_now, seconds=10).account()
    except ConsentNeeded:
        todo = f"Once, signed in to DocuSign as that user, open {own.consent_address} and agree."
        yield fail(_USER, "has not agreed yet that the desk acts in their name", f"{todo} {_back(own.back)}")
        return
    except LockedOut as trouble:
        yield fail(_APP, trouble.sentence, _what_to_mend(trouble.sentence))
        return
    except DocuSignError as trouble:
        yield fail(_URL, trouble.sentence, "Check the address; may this machine reach it through proxy and firewall?")
        return
    for finding in (*_well(settings, account), *_events(settings)):
        yield finding


def _missing(settings: Settings) -> Iterator[Finding]:
    if not settings.docusign_user_id:
        yield fail(_USER, f"is not set, and {_APP} is", f"{_APPS} It is shown there as User ID.")
    if not settings.docusign_private_key.get_secret_value():
        yield fail(_KEY, f"is not set, and {_APP} is", f"{_APPS} The app's RSA key pair: Generate RSA.")


def _back(address: str) -> str:
    return f"{address} must stand among the app's redirect URIs for that."


def _what_to_mend(sentence: str) -> str:
    """By DocuSign's own word for what is wrong."""
    if "account" in sentence:
        return f"Give {_ACCOUNT} one of the ids that it lists, or none for the user's default account."
    if "user_not_found" in sentence:
        return f"{_APPS} {_USER} is the User ID there; a trial's account and a real one have different ones."
    if "keys_or_signatures" in sentence or "PRIVATE_KEY" in sentence:
        return f"{_APPS} {_KEY} is the private half of the app's RSA pair; {_URL} is the server that it is from."
    return f"{_APPS} Compare {_APP}, {_USER} and {_URL} (trials: https://account-d.docusign.com)."


def _well(settings: Settings, account: Account) -> Iterator[Finding]:
    yield ok(_URL, settings.docusign_account_url)
    yield ok(_APP, "DocuSign knows it")
    yield ok(_USER, "has agreed that the desk acts in their name")
    yield ok(_KEY, "DocuSign takes what it signs")
    yield ok(_ACCOUNT, f"{account.name} ({account.id})")


def _events(settings: Settings) -> Iterator[Finding]:
    keys, url = settings.docusign_connect_keys, settings.senderdesk_public_url
    if not url:
        todo = (
            "Set it, so that customers can sign at once, and DocuSign can tell us; else its e-mails and looking remain."
        )
        yield warn("SENDERDESK_PUBLIC_URL", "is not set: nobody can be led to DocuSign from Slack", todo)
    if keys:
        yield ok(_CONNECT, f"{len(keys)} set")
    else:
        todo = "In DocuSign: Settings, Connect, Connect Keys: add one, and give it here."
        yield warn(_CONNECT, "is not set: what happens at DocuSign is seen up to 15 minutes later", todo)
