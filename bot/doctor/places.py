"""The places that the desk needs besides Slack: database, files, mail server, 8x8."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass

import aiohttp
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.accounts.tables import Account, Channel
from bot.contacts.client import ContactsClient
from bot.contacts.errors import ContactsError
from bot.delivery.mail import MailFromWrong, MailSender, MailTryLater, SmtpAddressWrong
from bot.doctor.findings import Finding, fail, ok, warn
from bot.doctor.keys import StoredKey, stored_keys
from bot.errors import DeskError
from bot.registrations.feed import feed_name
from bot.registrations.tables import FeedState
from bot.settings import Settings
from bot.storage.database import Database, Tx, dialect_of, parse
from bot.storage.files import Files, file_key
from bot.storage.sqlite import DatabaseInUse, engine, file_of

_PROBE_BYTES = 16


@dataclass(frozen=True)
class Known:
    """What the database knows: linked channels, accounts by their id at 8x8 with their name, the operators' feed."""

    channels: tuple[str, ...] = ()
    accounts: Mapping[str, str] | None = None
    feed: FeedState | None = None
    keys: tuple[StoredKey, ...] = ()


def look(session: Session, feed_url: str) -> Known:
    """Read what is linked, and how far the feed at this address was read."""
    accounts = {account.provider_account_id: account.name for account in session.scalars(select(Account))}
    feed = session.get(FeedState, feed_name(feed_url))
    return Known(tuple(session.scalars(select(Channel.channel_id))), accounts, feed, stored_keys(session))


async def check_database(settings: Settings) -> tuple[Finding, Known]:
    """Whether it answers and has today's tables; and what it knows, empty when it could not be read."""
    name = "DATABASE_URL"
    try:
        url = parse(settings.database_url)
        if dialect_of(url) == "sqlite" and not file_of(url).exists():
            return ok(name, f"{file_of(url)} will be made at the first start"), Known()
        database = Database(settings.database_url)
        await database.open(migrate=False)
    except DatabaseInUse:
        return await asyncio.to_thread(_beside_a_running_desk, settings)
    except DeskError as trouble:
        return fail(name, trouble.sentence, "Mend the address, or run: senderdesk migrate"), Known()
    try:
        known = await database.read(_look, settings.operator_feed_url)
    finally:
        await database.close()
    return ok(name, f"{database.dialect}, with today's tables"), known


def _look(tx: Tx, feed_url: str) -> Known:
    return look(tx.session, feed_url)


def _beside_a_running_desk(settings: Settings) -> tuple[Finding, Known]:
    """A running desk has the file for itself; others may still read it."""
    path = file_of(parse(settings.database_url))
    with Session(engine(path, begin="BEGIN", query_only=True)) as session:
        return ok("DATABASE_URL", f"{path} is in use by a running Sender Desk"), look(
            session, settings.operator_feed_url
        )


async def check_files(settings: Settings) -> Finding:
    """Write a few bytes, read them back, and delete them."""
    name, probe = "FILES_URL", secrets.token_bytes(_PROBE_BYTES)
    key = file_key("doctor", secrets.token_hex(8), "probe")
    try:
        files = Files(settings.files_url)
        await files.put(key, probe, most_bytes=_PROBE_BYTES)
        back = b"".join([chunk async for chunk in files.stream(key)])
        await files.delete(key)
    except (DeskError, OSError) as trouble:
        says = trouble.sentence if isinstance(trouble, DeskError) else str(trouble)
        return fail(name, f"{settings.files_url} cannot be written: {says}", "Check the folder's owner, or S3's keys.")
    if back != probe:
        return fail(name, f"{settings.files_url} gives back other bytes than it got", "Check the store behind it.")
    return ok(name, f"{settings.files_url} can be written and read")


async def check_mail(settings: Settings) -> AsyncIterator[Finding]:
    """Connect and log in; nothing is sent. Says nothing where no mail is set up, or not well enough to try."""
    url = settings.smtp_url.get_secret_value()
    if not url:
        return
    try:
        await MailSender(url, settings.senderdesk_mail_from, timeout=10).reach()
    except (SmtpAddressWrong, MailFromWrong):
        return
    except MailTryLater as trouble:
        yield fail("SMTP_URL", f"the mail server does not take us: {trouble}", "Check host, port, name and password.")
    else:
        yield ok("SMTP_URL", "the mail server takes us")


async def check_contacts(
    settings: Settings, http: aiohttp.ClientSession, accounts: Mapping[str, str], stored: Collection[str]
) -> AsyncIterator[Finding]:
    """Ask 8x8 with each key of the settings for one batch; name linked accounts without any key."""
    name, keys = "CONTACTS_API_KEYS", settings.contacts_api_keys
    known = {*keys, *stored}
    without = [f"{account} ({accounts[account]})" for account in accounts if account.lower() not in known]
    if without:
        todo = "Set it in Slack with /desk account, or add ACCOUNT_ID=KEY here."
        yield fail(name, f"has no key for {', '.join(without)}", todo)
    elif not known:
        yield warn(name, "is not set: nothing can be submitted to 8x8", "Add ACCOUNT_ID=KEY for each customer.")
    for account, key in keys.items():
        client = ContactsClient(http, settings.contacts_api_url, key.get_secret_value(), account)
        try:
            async for _ in client.batches(limit=1):
                break
        except ContactsError as trouble:
            yield fail(
                name,
                f"8x8 does not answer for {account} (key {client.key_end}): {trouble.sentence}",
                "Check the key, and that CONTACTS_API_URL is the region of this account.",
            )
        else:
            yield ok(name, f"8x8 answers for {account} (key {client.key_end})")
    yield ok("CONTACTS_API_URL", settings.contacts_api_url)
