"""A customer's letters of authorisation: look at them, download, sign on a screen, send what was signed on paper."""

import asyncio

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError

from bot.accounts.rules import Role, Who
from bot.desk import Desk
from bot.errors import DeskError
from bot.loa import service
from bot.loa.service import Folder
from bot.registrations.steps import CARD
from handlers import loa_forms as forms
from handlers import reply
from handlers.fallback import FormOutOfDate
from handlers.middleware import Listen
from handlers.payload import Payload, channel_of, memory

_NO_PICTURE = "invalid_blocks"
"""What Slack says of a picture that it does not show to this person, or not yet."""


class NothingSent(DeskError):
    """No file is chosen yet. Choose the signed letter as PDF, JPG or PNG, or close this."""


class SignElsewhere(DeskError):
    """This letter cannot be signed on a screen here any more. Close this, and open Sign LOA again."""


async def open_letters(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Show the letters of what was submitted, those that wait for a signature first."""
    folder = await desk.read(service.open_folder, who, str(action.get("value") or "").partition(":")[0])
    sight, channel = await _sight_of(desk, folder), channel_of(body)
    try:
        await reply.open_view(desk, body, forms.modal(desk.voices, sight, channel))
    except SlackApiError as error:
        if error.response.get("error") != _NO_PICTURE:
            raise
        await reply.open_view(desk, body, forms.modal(desk.voices, _plain(sight), channel))
    await ack()


async def another(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Show the letters of another sender ID."""
    told = memory(body)
    chosen = action["selected_option"]["value"]
    folder = await desk.read(service.open_folder, who, told.get("submission", ""), chosen)
    await _show(desk, body, await _sight_of(desk, folder))
    await ack()


async def download(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Bring the PDF into the thread; from now on the signed letter can be sent here."""
    await desk.write(service.download, who, str(action.get("value") or "").partition(":")[0])
    await _again(desk, who, body)
    await ack()


async def bring(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Bring the signed letter and its certificate into the thread."""
    await desk.write(service.bring_signed, who, str(action.get("value") or "").partition(":")[0])
    await _again(desk, who, body)
    await ack()


async def sign_now(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Begin to sign on a screen: the button becomes a link for this person alone."""
    letter_id, way = await _chosen(desk, who, action)
    url = await desk.write(service.sign_now, who, letter_id, way, desk.settings.senderdesk_public_url)
    await _again(desk, who, body, {letter_id: url})
    await ack()


async def mail_it(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Have the signing officer asked by e-mail."""
    letter_id, way = await _chosen(desk, who, action)
    key = desk.settings.senderdesk_seal_key.get_secret_value()
    await desk.write(service.mail_officer, who, letter_id, way, key)
    await _again(desk, who, body)
    await ack()


async def _chosen(desk: Desk, who: Who, action: Payload) -> tuple[str, str]:
    """The letter and the way of a button, where that way is still offered."""
    letter_id, _, way = str(action.get("value") or "").partition(":")
    submission_id, registration_id = await desk.read(service.submission_of, who, letter_id)
    sight = await _sight(desk, who, submission_id, registration_id)
    if way not in {each.way for each in sight.offered()}:
        raise SignElsewhere
    return letter_id, way


async def sent(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """Signed letters came in the form."""
    came, told = forms.came(view), memory({"view": view})
    if "submission" not in told:
        raise FormOutOfDate
    sight = await _sight(desk, who, told["submission"], told.get("registration", ""))
    if not came:
        inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
        raise NothingSent(field=inputs[0] if inputs else "")
    await desk.write(service.send_signed, who, f"form:{view['id']}", came)
    await ack(response_action="update", view=forms.sent(desk.voices, len(came), sight.thread))


async def _again(desk: Desk, who: Who, body: Payload, urls: dict[str, str] | None = None) -> None:
    told = memory(body)
    await _show(desk, body, await _sight(desk, who, told.get("submission", ""), told.get("registration", ""), urls))


async def _sight(
    desk: Desk, who: Who, submission_id: str, registration_id: str = "", urls: dict[str, str] | None = None
) -> forms.Sight:
    return await _sight_of(desk, await desk.read(service.open_folder, who, submission_id, registration_id), urls)


async def _sight_of(desk: Desk, folder: Folder, urls: dict[str, str] | None = None) -> forms.Sight:
    thread = await desk.read(desk.links.find, CARD, folder.submission.id, folder.submission.channel)
    return forms.Sight(folder, tuple(desk.screen_ways), thread, urls or {})


def _plain(sight: forms.Sight) -> forms.Sight:
    return forms.Sight(sight.folder, sight.ways, sight.thread, sight.urls, pictures=False)


async def _show(desk: Desk, body: Payload, sight: forms.Sight) -> None:
    """Show it in the modal that was clicked; without pictures where Slack does not show them."""
    channel = memory(body).get("channel")
    try:
        await _update(desk, body, forms.modal(desk.voices, sight, channel))
    except SlackApiError as error:
        if error.response.get("error") != _NO_PICTURE:
            raise
        await _update(desk, body, forms.modal(desk.voices, _plain(sight), channel))


async def _update(desk: Desk, body: Payload, view: Payload) -> None:
    async with asyncio.timeout(reply.SLACK_SECONDS):
        await desk.slack.views_update(view_id=body["view"]["id"], view=view)


def register(listen: Listen) -> None:
    """For customers, on the card of what they submitted and in the form that it opens."""
    listen.action(forms.SIGN, open_letters, serves=Role.CUSTOMER)
    listen.view(forms.SIGN, sent, serves=Role.CUSTOMER)
    listen.action(forms.WHICH, another, serves=Role.CUSTOMER)
    listen.action(forms.DOWNLOAD, download, serves=Role.CUSTOMER)
    listen.action(forms.BRING, bring, serves=Role.CUSTOMER)
    listen.action(forms.NOW_ON, sign_now, serves=Role.CUSTOMER)
    listen.action(forms.MAIL, mail_it, serves=Role.CUSTOMER)
