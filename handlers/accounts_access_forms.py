"""The form of an account's access to 8x8: how it looks, and what was typed into it. A key is never put into it."""

from dataclasses import dataclass, field

from bot.accounts.access import PRODUCT_NAMES
from bot.accounts.keys import KEY_MAX, Kept, Stands
from bot.accounts.places import Product, Region
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from handlers import senderid_frame as frame
from handlers.payload import Payload, remember

ACCESS, TRY, REMOVE = "accounts:access", "accounts:key_try", "accounts:key_remove"
_BY_SETTINGS = "settings"
_URL_MAX = 200


@dataclass(frozen=True)
class Typed:
    """What staff chose and typed."""

    region: str
    products: tuple[str, ...]
    urls: dict[str, str]
    key: str = field(repr=False)


def words(voices: Voices, stands: Stands, **more: object) -> Words:
    """The form's words."""
    key, waiting = stands.in_use or Kept(""), stands.waiting or Kept("")
    values: dict[str, object] = {
        "name": stands.name,
        "provider_account_id": stands.provider_account_id,
        "key_end": key.key_end,
        "set_by": key.set_by,
        "set_at": key.set_at,
        "works_at": key.works_at,
        "locked": key.locked,
        "refused_at": key.refused_at,
        "waiting_end": waiting.key_end,
        "waiting_by": waiting.set_by,
        "waiting_at": waiting.set_at,
        "waiting_trouble": waiting.trouble,
        "urls": [(PRODUCT_NAMES[Product(product)], url) for product, url in stands.urls.items()],
        "reason": "",
        "waits": False,
    }
    return voices.slack("accounts/access", **(values | more))


def form(
    voices: Voices, stands: Stands, channel: str | None, *, can_keep: bool, own_urls: bool, said: str = ""
) -> Payload:
    """The form; ``said`` stands on top. Without ``can_keep`` no key is asked for; ``own_urls`` is for admins."""
    said_by = words(voices, stands)
    body = [*([blocks.section(said)] if said else []), blocks.section(said_by.part("headline")), *_key(said_by, stands)]
    body += [_region(said_by, stands), _products(said_by, stands)]
    if can_keep:
        body.append(frame.field(said_by, "key", frame.text(most=KEY_MAX), optional=True))
    else:
        body.append(blocks.section(said_by.part("no_vault")))
    if own_urls:
        body += [_url(said_by, stands, product) for product in Product]
    elif stands.urls:
        body.append(blocks.context(said_by.part("own_urls")))
    told = remember(channel, account=stands.account_id, version=str(stands.version))
    shown = {"close": said_by.plain("close", 24), "submit": said_by.plain("submit", 24)}
    return frame.modal(ACCESS, told, said_by.plain("title", 24), body, **shown)


def _key(said_by: Words, stands: Stands) -> list[Block]:
    shown = [blocks.section(said_by.part("in_use"))]
    if stands.in_use is None:
        return shown
    shown.append(blocks.context(said_by.part("set")))
    if stands.waiting is not None:
        shown.append(blocks.section(said_by.part("waiting")))
    buttons = [blocks.button(said_by.plain("try"), TRY, stands.account_id)]
    if stands.in_use.set_at is not None:
        sure = [said_by.plain(part, 300) for part in ("remove_title", "remove_sure", "yes", "no")]
        question = blocks.confirm(*sure, style="danger")
        buttons.append(
            blocks.button(said_by.plain("remove"), REMOVE, stands.account_id, style="danger", confirm=question)
        )
    return [*shown, blocks.actions(buttons)]


def _region(said_by: Words, stands: Stands) -> Block:
    regions = [blocks.option(said_by.plain("region_none"), _BY_SETTINGS)]
    regions += [blocks.option(said_by.plain(f"region_{region}"), str(region)) for region in Region]
    return frame.field(said_by, "region", frame.select(regions, stands.region or _BY_SETTINGS, ""))


def _products(said_by: Words, stands: Stands) -> Block:
    options = [blocks.option(said_by.plain(f"product_{product}"), str(product)) for product in Product]
    chosen = [option for option in options if option["value"] in stands.products]
    element: Block = {"type": "checkboxes", "options": options} | ({"initial_options": chosen} if chosen else {})
    return frame.field(said_by, "products", element)


def _url(said_by: Words, stands: Stands, product: Product) -> Block:
    value = stands.urls.get(product, "")
    return frame.field(said_by, f"url_{product}", frame.text(value, most=_URL_MAX), optional=True)


def done(voices: Voices, stands: Stands, outcome: str) -> Payload:
    """What the form becomes when it was sent: no field is left in it."""
    said_by = words(voices, stands)
    shown = [said_by.part("headline"), outcome]
    title, close = said_by.plain("title", 24), said_by.plain("close", 24)
    return frame.modal(f"{ACCESS}:done", "", title, [blocks.section(each) for each in shown], close=close)


def typed(view: Payload) -> Typed:
    """What is in the form."""
    there = frame.values(view)
    region = frame.typed(there.get("region"))
    chosen = (there.get("products") or {}).get("selected_options") or ()
    products = {option["value"] for option in chosen}
    urls = {str(product): frame.typed(there.get(f"url_{product}")) for product in Product}
    return Typed(
        region if region in set(Region) else "",
        tuple(str(product) for product in Product if product in products),
        urls,
        frame.typed(there.get("key")),
    )
