"""``/desk account``: where an account is at 8x8, which products it uses, and its key, which is never shown again.

What is typed as a key is read from the payload, tried, and kept encrypted. It goes into no view, log, or audit row.
"""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts import keys
from bot.accounts.key_turns import next_trial, tried
from bot.accounts.keys import Order, Saved, Stands
from bot.accounts.own_url import check_host, read_url
from bot.accounts.places import Product
from bot.accounts.rules import Role, Who
from bot.accounts.trial import Ends, Trial, try_key
from bot.desk import Desk
from handlers import accounts_access_forms as forms
from handlers import reply
from handlers.fallback import FormOutOfDate
from handlers.middleware import Listen
from handlers.payload import Payload, channel_of, hinted_channel, memory

TRY_SECONDS = 1.2
"""How long a submitted form waits for 8x8; who submitted has Slack's 3 seconds in all. A job tries what took longer."""
_NAME_SECONDS = 0.5


async def open_by_command(desk: Desk, who: Who, body: Payload, words: str, ack: AsyncAck) -> None:
    """Open the form of this channel's account, or of one by name."""
    account_id = await desk.read(keys.find_account, who, words.strip())
    await _open(desk, who, body, account_id)
    await ack()


async def open_by_button(desk: Desk, who: Who, body: Payload, action: Payload, ack: AsyncAck) -> None:
    """Open the form from what staff were told of a key."""
    await _open(desk, who, body, str(action.get("value") or ""))
    await ack()


async def _open(desk: Desk, who: Who, body: Payload, account_id: str) -> None:
    stands = await desk.read(keys.stands, who, desk.accesses, account_id)
    await reply.open_view(desk, body, _form(desk, who, stands, channel_of(body)))


def _form(desk: Desk, who: Who, stands: Stands, channel: str | None, said: str = "") -> Payload:
    can_keep = desk.accesses.vault.is_there
    own = who.role.covers(Role.ADMIN)
    return forms.form(desk.voices, stands, channel, can_keep=can_keep, own_urls=own, said=said)


async def save(desk: Desk, who: Who, view: Payload, key: str, ack: AsyncAck) -> None:
    """Try what was typed, keep it, and say how that went."""
    order = await _order(desk, who, view)
    access = await desk.read(keys.to_try, who, desk.accesses, order)
    trial = await try_key(desk.http, access, TRY_SECONDS) if access else None
    saved = await desk.write(keys.save, who, desk.accesses, order, trial=trial, delivery=key)
    await ack(response_action="update", view=forms.done(desk.voices, saved.stands, _outcome(desk, saved)))


async def _order(desk: Desk, who: Who, view: Payload) -> Order:
    told = memory({"view": view})
    if "account" not in told or not told.get("version", "").isdigit():
        raise FormOutOfDate
    typed = forms.typed(view)
    urls = (await desk.read(keys.stands, who, desk.accesses, told["account"])).urls
    if who.role.covers(Role.ADMIN):
        before, urls = urls, {}
        for product in Product:
            hosts, field = desk.settings.senderdesk_private_hosts, f"url_{product}"
            url = read_url(typed.urls.get(product, ""), hosts, field=field)
            if url and url != before.get(product):
                await check_host(url, hosts, seconds=_NAME_SECONDS, field=field)
            urls |= {str(product): url} if url else {}
    version = int(told["version"])
    return Order(told["account"], version, typed.region, typed.products, urls, typed.key)


def _outcome(desk: Desk, saved: Saved) -> str:
    match saved.ends:
        case Ends.AWAY:
            part = "away"
        case Ends.WORKS:
            part = "works" if saved.new_key else "takes"
        case _:
            part = "saved"
    return forms.words(desk.voices, saved.stands, reason=saved.reason, waits=saved.waits).part(part)


async def try_now(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Ask 8x8 about the key that is there, and show it in the form. What is typed in it stays."""
    account_id = memory(body).get("account", "")
    await desk.read(keys.stands, who, desk.accesses, account_id)
    found = await desk.read(next_trial, desk.accesses, account_id)
    trial: Trial | None = None
    if found is not None:
        trial = await try_key(desk.http, found[0], TRY_SECONDS)
        await desk.write(tried, *found, trial)
    stands = await desk.read(keys.stands, who, desk.accesses, account_id)
    end = found[0].key_end if found else ""
    said = forms.words(desk.voices, stands, key_end=end, reason=trial.reason if trial else "", waits=False)
    part = {Ends.WORKS: "takes", Ends.REFUSED: "refuses", Ends.AWAY: "away"}[trial.ends] if trial else "untried"
    await reply.update_view(desk, body, _form(desk, who, stands, hinted_channel(body), said.part(part)))
    await ack()


async def remove(desk: Desk, who: Who, body: Payload, key: str, ack: AsyncAck) -> None:
    """Delete the account's key here."""
    account_id = memory(body).get("account", "")
    stands = await desk.write(keys.remove, who, desk.accesses, account_id, key)
    said = forms.words(desk.voices, stands).part("removed")
    await reply.update_view(desk, body, _form(desk, who, stands, hinted_channel(body), said))
    await ack()


def register(listen: Listen) -> None:
    """For staff."""
    listen.command("/desk account", open_by_command, serves=Role.STAFF)
    listen.action(forms.ACCESS, open_by_button, serves=Role.STAFF)
    listen.view(forms.ACCESS, save, serves=Role.STAFF)
    listen.action(forms.TRY, try_now, serves=Role.STAFF)
    listen.action(forms.REMOVE, remove, serves=Role.STAFF)
