"""``/desk link``, ``unlink`` and ``people``: whose channel is this, and who belongs to the account."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts import service
from bot.accounts.linking import check_place, read_link, read_person
from bot.accounts.rules import Role, Who
from bot.delivery import blocks
from bot.desk import Desk
from handlers import reply
from handlers.middleware import Listen
from handlers.payload import Payload

UNLINK = "accounts:unlink"
KEEP = "accounts:keep"


async def link(desk: Desk, who: Who, command: Payload, words: str, key: str, ack: AsyncAck) -> None:
    """Link this channel to a customer's account."""
    check_place(command["channel_id"], command["channel_name"], desk.settings.senderdesk_review_channel)
    linked = await desk.write(service.link, who, command["channel_id"], read_link(words), key)
    is_member = await desk.people.is_in(linked.channel_id)
    await ack(**_linked(desk, linked, is_member=is_member))


def _linked(desk: Desk, linked: service.Linked, *, is_member: bool) -> Payload:
    words = desk.voices.slack(
        "accounts/linked",
        name=linked.name,
        provider_account_id=linked.provider_account_id,
        was_linked=linked.was_linked,
        old_name=linked.old_name,
    )
    renamed = [words.part("renamed")] if linked.old_name else []
    invite = [] if is_member else [words.part("invite")]
    return reply.message(words.headline, *renamed, words.body, *words.facts, *invite)


async def ask_unlink(desk: Desk, who: Who, ack: AsyncAck) -> None:
    """Ask before this channel is taken from its account."""
    linked = await desk.read(service.linked, who)
    words = desk.voices.slack("accounts/unlink", name=linked.name)
    asked = reply.message(words.headline, words.body)
    buttons = [
        blocks.button(words.plain("button_unlink"), UNLINK, linked.account_id, style="danger"),
        blocks.button(words.plain("button_keep"), KEEP, linked.account_id),
    ]
    await ack(text=asked["text"], blocks=[*asked["blocks"], blocks.actions(buttons)])


async def unlink(desk: Desk, who: Who, body: Payload, action: Payload, key: str, ack: AsyncAck) -> None:
    """Take this channel from the account that was named when asking."""
    unlinked = await desk.write(service.unlink, who, action["value"], key)
    words = desk.voices.slack("accounts/unlinked", name=unlinked.name)
    await ack()
    await reply.replace(desk, body, reply.message(words.headline, words.body))


async def keep(desk: Desk, body: Payload, ack: AsyncAck) -> None:
    """Leave the channel linked."""
    await ack()
    await reply.replace(desk, body, reply.message(desk.voices.slack("accounts/kept").headline))


async def show_people(desk: Desk, who: Who, ack: AsyncAck) -> None:
    """Show who belongs to the account of this channel."""
    people = await desk.read(service.people, who)
    words = desk.voices.slack("accounts/people", name=people.name, channels=people.channels, added=people.people)
    await ack(**reply.message(*(words.part(part) for part in ("headline", "seats", "added", "how"))))


async def add_person(desk: Desk, who: Who, words: str, key: str, ack: AsyncAck) -> None:
    """Let somebody in whom sitting in the channel does not let in."""
    profile = await desk.people.profile(read_person(words, "add"))
    added = await desk.write(service.add_person, who, profile, await desk.people.role(profile), key)
    await ack(**_membership(desk, added, "added"))


async def remove_person(desk: Desk, who: Who, words: str, key: str, ack: AsyncAck) -> None:
    """End what adding began."""
    profile = await desk.people.profile(read_person(words, "remove"))
    removed = await desk.write(service.remove_person, who, profile, key)
    await ack(**_membership(desk, removed, "removed"))


def _membership(desk: Desk, changed: service.Membership, part: str) -> Payload:
    words = desk.voices.slack(
        "accounts/member",
        user_id=changed.user_id,
        name=changed.name,
        account=changed.account,
        changed=changed.changed,
    )
    return reply.message(words.part(part))


def register(listen: Listen) -> None:
    """Staff link, unlink, add and remove; customers see who belongs to them."""
    listen.command("/desk link", link, serves=Role.STAFF)
    listen.command("/desk unlink", ask_unlink, serves=Role.STAFF)
    listen.action(UNLINK, unlink, serves=Role.STAFF)
    listen.action(KEEP, keep, serves=Role.STAFF)
    listen.command("/desk people", show_people, serves=Role.CUSTOMER)
    listen.command("/desk people add", add_person, serves=Role.STAFF)
    listen.command("/desk people remove", remove_person, serves=Role.STAFF)
