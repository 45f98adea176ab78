"""``senderdesk doctor``: looks at every setting and everything behind it, and says how to mend what it finds."""

from collections.abc import AsyncIterator

import aiohttp

from bot.doctor.docusign import check_docusign
from bot.doctor.feed import check_feed
from bot.doctor.findings import Finding
from bot.doctor.keys import check_keys
from bot.doctor.places import check_contacts, check_database, check_files, check_mail
from bot.doctor.setup import check_settings
from bot.doctor.workspace import Workspace
from bot.settings import Settings
from bot.storage.database import utc_now


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Everything there is to find, one after the other. Changes nothing and tells nobody."""
    for finding in check_settings(settings):
        yield finding
    database, known = await check_database(settings)
    yield database
    yield await check_files(settings)
    async for finding in check_mail(settings):
        yield finding
    async with aiohttp.ClientSession() as http:
        stored = {key.provider_account_id for key in known.keys}
        async for finding in check_contacts(settings, http, known.accounts or {}, stored):
            yield finding
        async for finding in check_keys(settings, http, known.keys):
            yield finding
        async for finding in check_feed(settings, http, known.feed, utc_now()):
            yield finding
        async for finding in check_docusign(settings, http):
            yield finding
        workspace = Workspace(settings, http)
        async for finding in workspace.check():
            yield finding
        if workspace.team_id:
            async for finding in workspace.channels(known.channels):
                yield finding
