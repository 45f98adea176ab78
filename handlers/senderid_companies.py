"""Companies and their documents: the form on top of the wizard, and ``/senderid companies``."""

import asyncio

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.accounts.service import load
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices
from bot.desk import Desk
from bot.errors import NotFound
from bot.registrations import companies, wizard
from bot.registrations.problems import Incomplete
from bot.registrations.tables import Company
from handlers import contacts_forms, reply
from handlers import senderid_company as form
from handlers import senderid_forms as forms
from handlers import senderid_frame as frame
from handlers.middleware import Listen
from handlers.payload import Payload, channel_of, memory, remember
from handlers.senderid_papers import OPEN as PAPERS
from handlers.senderid_wizard import keep_page, show

log = structlog.get_logger(__name__)

LIST, ADD, CHANGE = "senderid:companies", "senderid:companies_add", "senderid:companies_change"
_SHOWN = 24


# The form


async def open_company(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """The form of a company on top of the wizard: a new one, or the one that is chosen."""
    sight = await keep_page(desk, who, body["view"])
    change = sight.company if action["action_id"] == forms.COMPANY_CHANGE else None
    await _push(desk, body, form.company(desk.voices, form.in_wizard(sight, change), change))
    await ack()


async def _push(desk: Desk, body: Payload, view: Payload) -> None:
    async with asyncio.timeout(reply.SLACK_SECONDS):
        await desk.slack.views_push(trigger_id=body["trigger_id"], view=view)


async def company_given(desk: Desk, who: Who, body: Payload, view: Payload, ack: AsyncAck) -> None:
    """Keep the company; the page below shows it."""
    told = memory(body)
    company_id = told.get("company")
    before = await desk.read(load, Company, company_id, who) if company_id else None
    fields, letterhead = form.company_typed(view, before), frame.arrived(view).get(wizard.LETTERHEAD, ())
    kept = wizard.CompanyTyped(fields, company_id, int(told.get("seen", 0)), letterhead)
    try:
        if "draft" in told:
            sight = await desk.write(wizard.keep_company, who, told["draft"], kept)
            below = forms.details(desk.voices, sight, told.get("then", ""))
        else:
            await desk.write(wizard.keep_company_alone, who, kept)
            below = await _list(desk, who, told.get("channel"))
    except Incomplete as incomplete:
        await ack(frame.errors(view, incomplete.problems))
        return
    try:
        await show(desk, body, below, view.get("previous_view_id") or "")
    except reply.UNHEARD as unseen:
        log.warning("the page below does not show the company yet", because=str(unseen))
    await ack()


async def offer_countries(desk: Desk, payload: Payload, ack: AsyncAck) -> None:
    """Countries whose name or code begins with what was typed."""
    await ack(options=contacts_forms.country_options(desk.voices, str(payload.get("value") or "")))


# The list


async def list_companies(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """The account's companies, and what they have."""
    await reply.open_view(desk, body, await _list(desk, who, channel_of(body)))
    await ack()


async def _list(desk: Desk, who: Who, channel: str | None) -> Payload:
    voices = desk.voices
    kept = await desk.read(wizard.companies_kept, who)
    words = voices.slack("registrations/companies")
    body: list[Block] = [blocks.section(words.part("intro" if kept else "none"))]
    for one in kept[:_SHOWN]:
        body += [{"type": "divider"}, *_company(voices, one)]
    if len(kept) > _SHOWN:
        body.append(blocks.context(voices.text("registrations/companies", "more", left=len(kept) - _SHOWN)))
    add = blocks.button(words.plain("button_add"), ADD, "new", style="primary")
    body += [{"type": "divider"}, blocks.actions([add], block_id="way")]
    title, close = words.plain("title", 24), words.plain("close", 24)
    return frame.modal(LIST, remember(channel), title, body, close=close)


def _company(voices: Voices, kept: wizard.CompanyKept) -> list[Block]:
    company = kept.company
    papers = [companies.slot_named(slot).title for slot in kept.papers]
    told = {"name": company.name, "short_name": company.short_name, "titles": papers}
    words = voices.slack("registrations/companies", **told)
    change = blocks.button(words.plain("button_change"), CHANGE, company.id, label=f"Change {company.name}")
    look = blocks.button(words.plain("button_papers"), PAPERS, company.id, label=f"Documents of {company.name}")
    lines = [words.part("company"), words.part("papers" if papers else "no_papers")]
    shown = [blocks.section("\n".join(lines), block_id=f"company:{company.id}")]
    buttons = blocks.actions([look, change], block_id=f"papers:{company.id}")
    warned = [
        voices.text(
            "registrations/details",
            "expiring",
            title=companies.slot_named(paper.slot).title,
            name=paper.name,
            ends_on=paper.valid_until,
            over=kept.is_over(paper),
        )
        for paper in kept.expiring[:3]
    ]
    return [*shown, *([blocks.context("\n".join(warned))] if warned else []), buttons]


async def open_from_list(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """The form of a company on top of the list."""
    kept = await desk.read(wizard.companies_kept, who)
    one = next((each for each in kept if action["value"] == each.company.id), None)
    if one is None and action["action_id"] == CHANGE:
        raise NotFound(what="That company")
    letterhead = [one.papers[wizard.LETTERHEAD]] if one and wizard.LETTERHEAD in one.papers else []
    channel = {name: value for name, value in memory(body).items() if name == "channel"}
    place = form.Place(channel, letterhead=letterhead)
    await _push(desk, body, form.company(desk.voices, place, one.company if one else None))
    await ack()


def register(listen: Listen) -> None:
    """The company form wherever it is opened, and the list."""
    listen.command("/senderid companies", list_companies, serves=Role.CUSTOMER)
    for action_id in (forms.COMPANY_ADD, forms.COMPANY_CHANGE):
        listen.action(action_id, open_company, serves=Role.CUSTOMER)
    for action_id in (ADD, CHANGE):
        listen.action(action_id, open_from_list, serves=Role.CUSTOMER)
    listen.view(form.COMPANY, company_given, serves=Role.CUSTOMER)
    listen.options(form.COUNTRY_PICK, offer_countries, serves=Role.CUSTOMER)
