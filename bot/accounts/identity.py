"""Who is this? Slack's directory and our database, put together by `rules.decide`."""

import asyncio

from sqlalchemy import select

from bot.accounts.directory import Directory, Profile, SlackSilent
from bot.accounts.rules import Kind, Role, Sender, Standing, Who, decide
from bot.accounts.tables import Channel, Person
from bot.storage.database import Database, Tx

DECIDE_SECONDS = 2.2
"""Slack wants its answer in 3 seconds; what is left is for the use case."""


async def identify(sender: Sender, people: Directory, database: Database) -> Who:
    """The Who behind a payload. Raises SlackSilent when Slack does not say in time who that is."""
    if sender.is_bot or not sender.user_id:
        return decide(sender, Kind.BOT, Role.NOBODY, Standing(None))
    try:
        async with asyncio.timeout(DECIDE_SECONDS):
            return await _identify(sender, people, database)
    except TimeoutError as error:
        raise SlackSilent from error


async def _identify(sender: Sender, people: Directory, database: Database) -> Who:
    profile = await people.profile(sender.user_id)
    kind = _kind(sender, profile, (await people.us()).team_id)
    role = await people.role(profile) if kind is Kind.MEMBER else Role.NOBODY
    standing = await database.read(load_standing, sender.user_id, sender.channel_id or sender.hint)
    seats: frozenset[str] = frozenset()
    if role is Role.NOBODY and sender.in_private and kind is Kind.MEMBER:
        seats = await database.read(load_seats, await people.channels(sender.user_id))
    return decide(sender, kind, role, standing, seats)


def _kind(sender: Sender, profile: Profile, home: str) -> Kind:
    """The less trusted of what the payload and the directory say."""
    from_elsewhere = sender.team_id not in ("", home)
    return Kind.OUTSIDER if from_elsewhere and profile.kind is not Kind.BOT else profile.kind


async def belongs(user_id: str, account_id: str, people: Directory, database: Database) -> bool:
    """Whether a person is of the account now, or of the staff: for what is done in their name while they are away.

    Raises SlackSilent while Slack does not say.
    """
    profile = await people.profile(user_id)
    if profile.kind is Kind.MEMBER and (await people.role(profile)).covers(Role.STAFF):
        return True
    if account_id in (await database.read(load_standing, user_id, None)).own_accounts:
        return profile.kind is not Kind.BOT
    if profile.kind is not Kind.MEMBER:
        return False
    return account_id in await database.read(load_seats, await people.known_channels(user_id))


def load_standing(tx: Tx, user_id: str, channel_id: str | None) -> Standing:
    """What our database knows of a person and of a channel."""
    channel = tx.session.get(Channel, channel_id) if channel_id else None
    own = tx.session.scalars(select(Person.account_id).where(Person.user_id == user_id))
    return Standing(channel.account_id if channel else None, frozenset(own))


def load_seats(tx: Tx, channels: frozenset[str]) -> frozenset[str]:
    """The accounts to which these channels are linked."""
    if not channels:
        return frozenset()
    linked = select(Channel.account_id).where(Channel.channel_id.in_(channels))
    return frozenset(tx.session.scalars(linked))
