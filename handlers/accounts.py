"""``/desk link``, ``unlink`` and ``people``: whose channel is this, and who belongs to the account."""

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts import service
from bot.accounts.linking import LONGEST_NAME, check_place, read_link, read_person
from bot.accounts.rules import Role, Who
from bot.delivery import blocks
from bot.delivery.voices import Words
from bot.desk import Desk
from handlers import reply
from handlers.middleware import ANYONE, Listen
from handlers.payload import Payload

LINK, UNLINK, KEEP = "accounts:link", "accounts:unlink", "accounts:keep"


async def link(desk: Desk, who: Who, command: Payload, words: str, key: str, ack: AsyncAck) -> None:
    """Link this channel to a customer's account."""
    check_place(command["channel_id"], command["channel_name"], desk.settings.senderdesk_review_channel)
    linked = await desk.write(service.link, who, command["channel_id"], read_link(words), key)
    is_member = await desk.people.is_in(linked.channel_id)
    await ack(**_linked(desk, linked, is_member=is_member))


async def open_link(desk: Desk, body: Payload, ack: AsyncAck) -> None:
    """Ask which channel belongs to which account; the same as the command, from anywhere."""
    words = desk.voices.slack("accounts/link")
    channel: Payload = {"type": "conversations_select", "action_id": "channel"}
    channel["filter"] = {"include": ["public", "private"], "exclude_bot_users": True}
    account: Payload = {"type": "plain_text_input", "action_id": "account", "max_length": 36}
    name: Payload = {"type": "plain_text_input", "action_id": "name", "max_length": LONGEST_NAME}
    inputs = [_input(words, "channel", channel), _input(words, "account", account), _input(words, "name", name)]
    inputs[-1]["optional"] = True
    form = {"callback_id": LINK, "submit": blocks.plain(words.plain("submit", 24))}
    await reply.open_view(desk, body, _modal(words, "title", inputs) | form)
    await ack()


def _input(words: Words, block_id: str, element: Payload) -> Payload:
    block: Payload = {"type": "input", "block_id": block_id, "label": blocks.plain(words.plain(block_id))}
    hint = f"{block_id}_hint"
    return block | {"element": element} | ({"hint": blocks.plain(words.plain(hint, 150))} if words.has(hint) else {})


def _modal(words: Words, title: str, shown: list[Payload]) -> Payload:
    top = {"type": "modal", "title": blocks.plain(words.plain(title, 24))}
    return {**top, "close": blocks.plain(words.plain("close", 24)), "blocks": shown}


async def link_chosen(desk: Desk, who: Who, view: Payload, key: str, ack: AsyncAck) -> None:
    """Link the channel that was chosen, and say so in place of the form."""
    values: dict[str, Any] = view["state"]["values"]
    channel = values["channel"]["channel"]["selected_conversation"]
    order = read_link(f"{values['account']['account']['value'] or ''} {values['name']['name']['value'] or ''}")
    check_place(channel, "", desk.settings.senderdesk_review_channel)
    linked = await desk.write(service.link, who, channel, order, key)
    told = _linked(desk, linked, is_member=await desk.people.is_in(channel))
    done = _modal(desk.voices.slack("accounts/link"), "done", told["blocks"])
    await ack(response_action="update", view=done)


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


async def joined(desk: Desk, event: Payload) -> None:
    """Somebody came into a channel; when it is the desk itself, it says hello. The staff's own channel needs none."""
    us = await desk.people.us()
    if event["user"] == us.bot_user_id and event["channel"] != desk.settings.senderdesk_review_channel:
        await desk.write(service.greet, event["channel"])


def register(listen: Listen) -> None:
    """Staff link, unlink, add and remove; customers see who belongs to them."""
    listen.event("member_joined_channel", joined, serves=ANYONE)
    listen.command("/desk link", link, serves=Role.STAFF)
    listen.action(LINK, open_link, serves=Role.STAFF)
    listen.view(LINK, link_chosen, serves=Role.STAFF)
    listen.command("/desk unlink", ask_unlink, serves=Role.STAFF)
    listen.action(UNLINK, unlink, serves=Role.STAFF)
    listen.action(KEEP, keep, serves=Role.STAFF)
    listen.command("/desk people", show_people, serves=Role.CUSTOMER)
    listen.command("/desk people add", add_person, serves=Role.STAFF)
    listen.command("/desk people remove", remove_person, serves=Role.STAFF)
