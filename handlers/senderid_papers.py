"""The documents of a company, opened from ``/senderid companies``: seen, dated, added and replaced."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices
from bot.desk import Desk
from bot.registrations import kept
from bot.registrations.companies import WARNED_BEFORE, slot_named
from bot.registrations.completeness import read_date
from bot.registrations.kept import Papers
from bot.registrations.problems import Incomplete
from bot.registrations.tables import Paper
from bot.registrations.wizard import LETTERHEAD
from handlers import senderid_frame as frame
from handlers.fallback import FormOutOfDate
from handlers.middleware import Listen
from handlers.payload import Payload, memory, remember
from handlers.senderid_wizard import show

OPEN, UNTIL, FORM = "senderid:papers", "senderid:papers_until", "senderid:papers_add"
_TYPES = ["pdf", "jpg", "jpeg", "png"]


async def open_papers(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """What the company has, in place of the list."""
    there = await desk.read(kept.papers_of, who, action["value"])
    await show(desk, body, page(desk.voices, there, memory(body).get("channel")))
    await ack()


async def paper_given(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """Keep the document; what is wrong stands at its field."""
    there, told = frame.values(view), memory({"view": view})
    await desk.read(kept.papers_of, who, told["company"])
    arrivals, code = frame.arrivals(there.get("file")), frame.typed(there.get("document"))
    if not arrivals or not code:
        raise FormOutOfDate
    until = read_date(frame.typed(there.get("until")))
    try:
        papers = await desk.write(kept.keep, who, told["company"], code, arrivals[0], valid_until=until)
    except Incomplete as incomplete:
        await ack(frame.errors(view, incomplete.problems))
        return
    await ack(response_action="update", view=page(desk.voices, papers, told.get("channel")))


async def paper_dated(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Until when a document is valid."""
    told, paper_id = memory(body), action["block_id"].partition(":")[2]
    until = read_date(action.get("selected_date"))
    papers = await desk.write(kept.date_paper, who, told["company"], paper_id, until)
    await show(desk, body, page(desk.voices, papers, told.get("channel")))
    await ack()


def page(voices: Voices, papers: Papers, channel: str | None) -> Payload:
    """What there is, and the form for one more."""
    words = voices.slack("registrations/papers", company=papers.company.name)
    body: list[Block] = [blocks.section(words.part("headline" if papers.current else "none"))]
    body += [_paper(voices, papers, paper) for paper in papers.current.values()]
    body += [
        blocks.section(voices.text("registrations/papers", "refused", trouble=one.trouble)) for one in papers.refused
    ]
    body += [{"type": "divider"}, blocks.section(words.part("more"))]
    # Slack keeps what was typed in a block of the same name: after a document was added, the form begins anew.
    anew = str(len(papers.current) + len(papers.refused)) + max(
        (one.id[:6] for one in papers.current.values()), default=""
    )
    options = [
        blocks.option(f"{slot.title} ({', '.join(each.code for each in there)})", slot.code)
        for slot, there in kept.documents()
    ]
    body += [
        frame.field(words, "document", frame.select(options, None, words.plain("document_placeholder")), at=anew),
        frame.field(words, "file", {"type": "file_input", "filetypes": _TYPES, "max_files": 1}, at=anew),
        frame.field(words, "until", {"type": "datepicker"}, at=anew, optional=True),
    ]
    told = remember(channel, company=papers.company.id)
    title, submit = words.plain("title", 24), words.plain("submit", 24)
    return frame.modal(FORM, told, title, body, close=words.plain("close", 24), submit=submit)


def _paper(voices: Voices, papers: Papers, paper: Paper) -> Block:
    ends = paper.valid_until
    text = voices.text(
        "registrations/papers",
        f"paper_{paper.status}",
        title=slot_named(paper.slot).title,
        name=paper.name,
        ends_on=ends,
        over=bool(ends and ends < papers.today),
        soon=bool(ends and ends <= papers.today + WARNED_BEFORE),
    )
    if paper.slot == LETTERHEAD:
        return blocks.section(text, block_id=f"paper:{paper.id}")
    picker: Block = {"type": "datepicker", "action_id": UNTIL}
    picker |= {"placeholder": blocks.plain(voices.plain("registrations/papers", "until_placeholder"))}
    picker |= {"initial_date": ends.isoformat()} if ends else {}
    return blocks.section(text, accessory=picker, block_id=f"paper:{paper.id}")


def register(listen: Listen) -> None:
    """For customers."""
    listen.action(OPEN, open_papers, serves=Role.CUSTOMER)
    listen.action(UNTIL, paper_dated, serves=Role.CUSTOMER)
    listen.view(FORM, paper_given, serves=Role.CUSTOMER)
