"""``/desk notices``: what calls a person besides the threads, and when."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.desk import Desk
from bot.tickets import notices
from handlers import notices_forms as forms
from handlers import reply
from handlers.fallback import FormOutOfDate
from handlers.middleware import Listen
from handlers.payload import Payload, channel_of


async def open_form(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Show what this person chose, or what holds until they do; their time zone is Slack's until then."""
    profile = await desk.people.profile(who.user_id)
    wish = await desk.read(notices.preferences, who)
    await reply.open_view(desk, body, forms.form(desk.voices, who, profile, wish, channel_of(body)))
    await ack()


async def find_zone(body: Payload, ack: AsyncAck) -> None:
    """Offer the time zones whose names have what was typed."""
    await ack(options=forms.zones_like(str(body.get("value") or "")))


async def saved(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """The form came: keep it, and say what will happen."""
    try:
        wish = forms.chosen(view)
    except (KeyError, TypeError, ValueError) as error:
        raise FormOutOfDate from error
    profile = await desk.people.profile(who.user_id)
    await desk.write(notices.prefer, who, wish, address=profile.email)
    await ack(response_action="update", view=forms.done(desk.voices, who, profile, wish))


def register(listen: Listen) -> None:
    """Customers and staff choose for themselves."""
    listen.command("/desk notices", open_form, serves=Role.CUSTOMER)
    listen.action(forms.OPEN, open_form, serves=Role.CUSTOMER)
    listen.options(forms.ZONE, find_zone, serves=Role.CUSTOMER)
    listen.view(forms.SAVE, saved, serves=Role.CUSTOMER)
