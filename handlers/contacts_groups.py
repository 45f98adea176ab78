"""Groups: copy and move their contacts, delete them, create, rename and describe one."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.contacts.operations import service
from bot.contacts.operations.rules import Kind, NoGroup
from bot.contacts.operations.service import Came
from bot.contacts.windows import draw
from bot.desk import Desk
from handlers import contacts_group_forms as forms
from handlers import reply
from handlers import senderid_frame as frame
from handlers.middleware import Listen
from handlers.payload import Payload, channel_of, memory

# Copy and move


async def open_copy(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """From which group to which."""
    await _open_between(desk, who, body, Kind.COPY)
    await ack()


async def open_move(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """From which group to which, leaving the first."""
    await _open_between(desk, who, body, Kind.MOVE)
    await ack()


async def _open_between(desk: Desk, who: Who, body: Payload, kind: Kind) -> None:
    who.require_account()
    await reply.open_view(desk, body, forms.between(desk.voices, kind, channel_of(body)))
    await desk.write(service.refresh_groups, who)


async def between_chosen(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """Say what will be done."""
    told, found = memory({"view": view}), frame.values(view)
    ids = {}
    for field in ("source", "target"):
        chosen = frame.typed(found.get(field))
        if not chosen.isdigit():
            who.require_account()
            raise NoGroup(field=field)
        ids[field] = int(chosen)
    what = await desk.read(service.between, who, _kind(told), ids["source"], ids["target"])
    await ack(response_action="update", view=forms.between_sure(desk.voices, what, told.get("channel")))


async def between_sure(desk: Desk, who: Who, view: Payload, key: str, ack: AsyncAck) -> None:
    """Do it; its card is where the command was given."""
    told = memory({"view": view})
    pair = (_number(told, "source"), _number(told, "target"))
    await desk.write(service.ask_between, who, _kind(told), pair, Came(key))
    await ack()


def _kind(told: dict[str, str]) -> Kind:
    return Kind.MOVE if told.get("kind") == Kind.MOVE else Kind.COPY


def _number(told: dict[str, str], name: str) -> int:
    return int(told[name]) if told.get(name, "").isdigit() else 0


async def offer_groups(desk: Desk, who: Who, payload: Payload, ack: AsyncAck) -> None:
    """The account's groups whose name has the typed words."""
    found = await desk.read(service.groups, who, str(payload.get("value") or ""))
    await ack(options=forms.options(desk.voices, found))


# Delete groups


async def open_delete_groups(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Which groups."""
    who.require_account()
    channel = channel_of(body) or memory(body).get("channel")
    show = reply.push_view if "view" in body else reply.open_view
    await show(desk, body, forms.delete_groups(desk.voices, channel))
    await desk.write(service.refresh_groups, who)
    await ack()


async def groups_chosen(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """Say what will be deleted; with contacts the name is to be typed."""
    found, told = frame.values(view), memory({"view": view})
    ids, go = forms.picked(found.get("groups")), frame.typed(found.get("contacts")) == "go"
    who.require_account()
    what = await desk.read(service.groups_to_delete, who, ids, with_contacts=go)
    name = await desk.read(service.name_to_type, who, what["groups"])
    await ack(response_action="update", view=forms.delete_groups_sure(desk.voices, what, name, told.get("channel")))


async def groups_sure(desk: Desk, who: Who, view: Payload, key: str, ack: AsyncAck) -> None:
    """Delete them."""
    told = memory({"view": view})
    ids = [int(each) for each in told.get("groups", "").split(",") if each.isdigit()]
    go, name = told.get("contacts") == "go", frame.typed(frame.values(view).get("name"))
    who.require_account()
    sure = service.Sure(name, "name")
    await desk.write(service.ask_delete_groups, who, ids, sure if go else None, Came(key))
    await ack(response_action="clear")


# One group, in the window of groups


async def open_new(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """The form of a new group."""
    who.require_account()
    await reply.push_view(desk, body, forms.group_form(desk.voices, memory(body), {}, group_id=None))
    await ack()


async def group_menu(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """What is to be done with a group of the list."""
    act, _, number = str((action.get("selected_option") or {}).get("value", "")).partition(":")
    group = await desk.read(service.group_of, who, int(number) if number.isdigit() else 0)
    told = memory(body)
    match act:
        case "copy" | "move":
            kind = Kind.COPY if act == "copy" else Kind.MOVE
            view = forms.between(desk.voices, kind, told.get("channel"), group)
        case "drop" if group.contacts == 0:
            view = forms.drop(desk.voices, told, group)
        case "drop":
            view = forms.delete_groups(desk.voices, told.get("channel"), group)
        case _:
            given = {"name": group.name, "description": group.description or ""}
            view = forms.group_form(desk.voices, told, given, group_id=group.group_id)
    await reply.push_view(desk, body, view)
    await ack()


async def group_given(desk: Desk, who: Who, view: Payload, key: str, ack: AsyncAck) -> None:
    """Create or change it; the list below tells how it went."""
    told, typed = memory({"view": view}), forms.group_typed(view)
    window = await desk.read(service.window_of, who, told.get("window", ""))
    if told.get("group"):
        await desk.write(service.ask_change_group, who, _number(told, "group"), typed, Came(key, window.id))
    else:
        await desk.write(service.ask_new_group, who, typed, Came(key, window.id))
    await ack()


async def drop_sure(desk: Desk, who: Who, view: Payload, key: str, ack: AsyncAck) -> None:
    """Delete an empty group; the list below tells how it went."""
    told = memory({"view": view})
    window = await desk.read(service.window_of, who, told.get("window", ""))
    await desk.write(service.ask_drop_group, who, _number(told, "group"), Came(key, window.id))
    await ack()


def register(listen: Listen) -> None:
    """Groups are for customers, and for staff in a customer's channel."""
    listen.command("/contacts copy", open_copy, serves=Role.CUSTOMER)
    listen.command("/contacts move", open_move, serves=Role.CUSTOMER)
    listen.view(forms.BETWEEN, between_chosen, serves=Role.CUSTOMER)
    listen.view(forms.BETWEEN_SURE, between_sure, serves=Role.CUSTOMER)
    listen.options(forms.PICK, offer_groups, serves=Role.CUSTOMER)
    listen.options(forms.PICK_SEVERAL, offer_groups, serves=Role.CUSTOMER)
    listen.command("/contacts delete-groups", open_delete_groups, serves=Role.CUSTOMER)
    listen.action(draw.DELETE_GROUPS, open_delete_groups, serves=Role.CUSTOMER)
    listen.view(forms.DELETE_GROUPS, groups_chosen, serves=Role.CUSTOMER)
    listen.view(forms.DELETE_GROUPS_SURE, groups_sure, serves=Role.CUSTOMER)
    listen.action(draw.NEW_GROUP, open_new, serves=Role.CUSTOMER)
    listen.action(draw.GROUP, group_menu, serves=Role.CUSTOMER)
    listen.view(forms.GROUP_FORM, group_given, serves=Role.CUSTOMER)
    listen.view(forms.DROP, drop_sure, serves=Role.CUSTOMER)
