"""The demo workspace: two customers, their people, the staff, and those who must not get in."""

from collections.abc import Callable
from datetime import datetime

from bot.sandbox.slack.records import Channel, Json, Person, Team, UserGroup
from bot.sandbox.slack.workspace import Slack
from bot.sandbox.world import World, utc_now

TEAM = "T0SENDER"
OTHER_TEAM = "T0OTHER"
RINA, BUDI = "U0RINA", "U0BUDI"
ANA, BEN, CARLA = "U0ANA", "U0BEN", "U0CARLA"
GITA, OTTO = "U0GITA", "W0OTTO"
DESK = "U0DESK"
KOPI, MART, REVIEW, GENERAL = "C0KOPI", "C0MART", "C0REVIEW", "C0GENERAL"
STAFF_GROUP = "S0STAFF"
KOPI_ACCOUNT = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
MART_ACCOUNT = "7c9e6679-7425-40de-944b-e07fc1f90ae7"

SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "reactions:read",
        "reactions:write",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)
EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "channel_archive",
        "file_shared",
        "group_archive",
        "member_joined_channel",
        "member_left_channel",
        "message.channels",
        "message.groups",
        "message.im",
        "tokens_revoked",
    }
)


def seed(*, clock: Callable[[], datetime] = utc_now, manifest: Json | None = None) -> World:
    """A world with the demo workspace; the app is installed as ``manifest`` says, or with all that a desk may need."""
    world = World(clock=clock)
    slack = world.slack
    slack.app.scopes, slack.app.events = set(SCOPES), set(EVENTS)
    slack.app.shortcuts = {}
    if manifest is not None:
        slack.app.follow(manifest)
    slack.other_teams[OTHER_TEAM] = Team(OTHER_TEAM, "Kopi's Agency", "kopis-agency")
    _people(slack)
    _channels(slack)
    _accounts(world)
    return world


def _accounts(world: World) -> None:
    contacts = world.contacts
    kopi = contacts.add_account(KOPI_ACCOUNT, "Kopi Nusantara", "demo-key-of-kopi-nusantara")
    kopi.book.add_group("Members", "Everybody with a card")
    kopi.book.add_group("Newsletter Jakarta")
    mart = contacts.add_account(MART_ACCOUNT, "Manila Mart", "demo-key-of-manila-mart")
    mart.book.add_group("Suki", "Customers who come back")
    world.exports.add_subaccounts(KOPI_ACCOUNT, "kopi_otp", "kopi_promo", "kopi_whatsapp")
    world.exports.add_subaccounts(MART_ACCOUNT, "mart_hq")


def _people(slack: Slack) -> None:
    staff = [
        Person(RINA, "rina", "Rina Staff", TEAM, "rina@senderdesk.example", is_admin=True),
        Person(BUDI, "budi", "Budi Staff", TEAM, "budi@senderdesk.example"),
    ]
    customers = [
        Person(ANA, "ana", "Ana Wijaya", TEAM, "ana@kopi-nusantara.example", tz="Asia/Jakarta", tz_offset=7 * 3600),
        Person(BEN, "ben", "Ben Hartono", TEAM, "ben@kopi-nusantara.example", tz="Asia/Jakarta", tz_offset=7 * 3600),
        Person(CARLA, "carla", "Carla Reyes", TEAM, "carla@manila-mart.example", tz="Asia/Manila"),
    ]
    others = [
        Person(GITA, "gita", "Gita Guest", TEAM, "gita@guest.example", is_restricted=True),
        Person(OTTO, "otto", "Otto Outsider", OTHER_TEAM, "otto@agency.example"),
        Person(DESK, "senderdesk", slack.app.name, TEAM, is_bot=True),
    ]
    slack.people = {person.id: person for person in [*staff, *customers, *others]}
    slack.groups[STAFF_GROUP] = UserGroup(STAFF_GROUP, "desk-staff", "Desk staff", [RINA, BUDI])


def _channels(slack: Slack) -> None:
    created, everybody = int(slack.now), [RINA, BUDI, ANA, BEN, CARLA, GITA]
    channels = [
        Channel(KOPI, "kopi-nusantara", [DESK, RINA, BUDI, ANA, BEN, GITA, OTTO], other_teams=(OTHER_TEAM,)),
        Channel(MART, "manila-mart", [DESK, RINA, BUDI, CARLA]),
        Channel(REVIEW, "desk-review", [DESK, RINA, BUDI], is_private=True),
        Channel(GENERAL, "general", everybody),
    ]
    for channel in channels:
        channel.created, channel.creator = created, RINA
        slack.channels[channel.id] = channel
