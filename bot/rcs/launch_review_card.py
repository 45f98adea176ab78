"""What staff see of a launch: its card with a row for each carrier, and in the agent's thread the checklist."""

from collections.abc import Sequence

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.outbox import SlackCard
from bot.delivery.voices import Voices, Words
from bot.rcs import checklist, items
from bot.rcs.customer_card import use_case_words
from bot.rcs.items import LINK, SHOWN, Sheet, Sight
from bot.rcs.launch_acts import AT_ONCE, OF_SEVERAL, Act, allowed
from bot.rcs.launch_words import TESTERS, stands_words
from bot.rcs.launching import Whole
from bot.rcs.regions import region_name, regions
from bot.rcs.rules import UNDECIDED, CarrierStatus, ItemStatus
from bot.rcs.tables import CarrierRow
from bot.tickets.cards import staff_buttons
from bot.tickets.rules import Status, number_words
from bot.tickets.tables import Ticket

REVIEW = "rcs/launch/review"
BUTTONS = {act: f"carrier:{act}" for act in Act}
"""What staff can do with a row, in the order of the buttons."""
SEVERAL, CARRIER = "carrier:several", "carrier:add"
ACCEPT, RETURN = "item:accept", "item:return"
_STYLES = {Act.APPROVE: "primary", Act.LIVE: "primary"}
_ROWS_SHOWN = 15
_LINES_MAX = 2900


def review_card(
    voices: Voices, there: Whole, ticket: Ticket, *, account: str, before: str, links: tuple[str, str]
) -> SlackCard:
    """What is asked for, by whom, and the questionnaire. ``links``: the customer's thread, and the agent's card."""
    launch = there.launch
    words = voices.slack(
        REVIEW,
        ticket=number_words(ticket.number),
        name=there.agent.name,
        stands=stands_words(voices, there.rows),
        account=account,
        submitter=launch.submitted_by,
        submitted_at=launch.submitted_at,
        revision=launch.revision,
        use_case=use_case_words(launch.use_case),
        before=before,
        regions=[region_name(code) for code in launch.regions],
        repeats=[region_name(code) for code in launch.repeats],
        unsure=_unsure(launch.regions),
        turn=voices.state(f"turn.{ticket.turn}"),
        turn_since=ticket.turn_since,
        due_at=ticket.due_at,
        late=ticket.told_late_at is not None,
        assignee=ticket.assignee or "",
        thread=links[0],
        agent=links[1],
    )
    facts = ["account", "submitter", "use_case", "regions"]
    facts += ["repeats"] if launch.repeats else []
    facts += ["turn", "assignee"] + (["due"] if ticket.status == Status.OPEN else [])
    body = [blocks.section(words.headline), blocks.fields(["\n".join(words.lines(fact)) for fact in facts])]
    body += [blocks.section(words.part("change"))] if before else []
    body += [blocks.section(words.part("unsure"))] if _unsure(launch.regions) else []
    body += [blocks.section(_answers(voices, words, launch.answers))] if any(launch.answers.values()) else []
    body += [blocks.context(words.part("thread")), blocks.actions(staff_buttons(voices, ticket))]
    return SlackCard(words.headline, body)


def _unsure(codes: Sequence[str]) -> list[str]:
    return [region_name(code) for code in codes if code in regions() and not regions()[code].sure]


def _answers(voices: Voices, words: Words, answers: dict[str, str]) -> str:
    form = voices.slack("rcs/launch/item")
    lines = [
        voices.text(REVIEW, "question", title=form.plain(f"{name}_label"), answer=answer)
        for name, answer in answers.items()
        if answer
    ]
    return voices.marks.fit("\n".join([words.part("questions"), *lines]), _LINES_MAX)


# The carriers' rows


def rows_card(voices: Voices, there: Whole) -> SlackCard:
    """Each carrier with its status, who decided and why, and what staff can do about it now."""
    words = voices.slack(REVIEW, name=there.agent.name, stands=stands_words(voices, there.rows))
    body = [blocks.section(words.part("rows"))]
    for row in there.rows[:_ROWS_SHOWN]:
        body += _row(voices, row, there.agent.name)
    last = [blocks.button(words.plain("button_carrier"), CARRIER, there.launch.id)]
    if len(several_of(there.rows)) > 1:
        last.insert(0, blocks.button(words.plain("button_several"), SEVERAL, there.launch.id))
    if there.rows and any(row.status not in {CarrierStatus.WITHDRAWN, CarrierStatus.REPLACED} for row in there.rows):
        body += [{"type": "divider"}, blocks.actions(last)]
    return SlackCard(words.part("rows"), body)


def several_of(rows: Sequence[CarrierRow]) -> list[CarrierRow]:
    """The rows of which several can be decided at once."""
    return [row for row in rows if any(allowed(row.status, act) for act in OF_SEVERAL)]


def _row(voices: Voices, row: CarrierRow, name: str) -> list[Block]:
    words = voices.slack(
        REVIEW,
        name=name,
        carrier=row.name,
        region=region_name(row.region),
        status=voices.state(f"carrier.{row.status}"),
        decided_by=row.decided_by or "",
        changed_at=row.decided_at,
        why=row.words,
        item=checklist.item(row.field).title if row.field else "",
    )
    small = [words.part("by")] if row.decided_by and row.status not in UNDECIDED - {CarrierStatus.WITH_CARRIER} else []
    small += [words.part("why")] if row.words else []
    buttons = [_button(words, row, act) for act in BUTTONS if allowed(row.status, act)]
    shown = [blocks.section(words.part("row")), *([blocks.context(*small)] if small else [])]
    return [*shown, *([blocks.actions(buttons, block_id=f"row:{row.region}:{row.carrier}")] if buttons else [])]


def _button(words: Words, row: CarrierRow, act: Act) -> Block:
    text = words.plain(f"button_{act}")
    ask = None
    if act is Act.LIVE:
        ask = blocks.confirm(
            words.plain("live_title", blocks.CONFIRM_TITLE_MAX),
            words.plain("live_text", blocks.CONFIRM_TEXT_MAX),
            words.plain("live_yes", blocks.CONFIRM_BUTTON_MAX),
            words.plain("live_no", blocks.CONFIRM_BUTTON_MAX),
        )
    value, style = f"{row.id}:{row.version}", _STYLES.get(act) if act in AT_ONCE else None
    return blocks.button(text, BUTTONS[act], value, style=style, confirm=ask, label=f"{text}: {row.name}")


# The checklist and the devices, in the thread of the agent's card


def items_card(voices: Voices, sheet: Sheet, devices: dict[str, int]) -> SlackCard:
    """What the customer gave, each item with what staff can do about it now; and the devices."""
    there, total = checklist.progress(sheet.stands)
    words = voices.slack(REVIEW, name=sheet.agent.name, there_count=there, total_count=total)
    body = [blocks.section(words.part("items"))]
    for sight in sheet.sights:
        if sight.row is not None and sight.row.status != ItemStatus.MISSING:
            body += _item(voices, words, sight)
    if devices["total_count"]:
        button = blocks.button(words.plain("button_testers"), TESTERS, sheet.agent.id)
        body.append(blocks.section(voices.text(REVIEW, "testers", **devices), accessory=button))
    return SlackCard(words.part("items"), body)


def _item(voices: Voices, words: Words, sight: Sight) -> list[Block]:
    row = sight.row
    assert row is not None  # noqa: S101 - asked before
    status = voices.state(f"item.{row.status}")
    text = voices.text(REVIEW, "item", title=sight.item.title, status=status, detail=detail(voices, sight))
    value, buttons = f"{row.id}:{row.version}", []
    if row.status in {ItemStatus.GIVEN, ItemStatus.RETURNED}:
        label = words.plain("button_accept")
        accept = blocks.button(label, ACCEPT, value, style="primary", label=f"{label}: {sight.item.title}")
        buttons.append(accept)
    if row.status in {ItemStatus.GIVEN, ItemStatus.ACCEPTED}:
        label = words.plain("button_return")
        buttons.append(blocks.button(label, RETURN, value, label=f"{label}: {sight.item.title}"))
    small = [blocks.context(voices.marks.fit(voices.marks.escape(row.words), 500))] if row.words else []
    return [blocks.section(text), *small, blocks.actions(buttons, block_id=f"item:{row.code}")]


def detail(voices: Voices, sight: Sight) -> str:
    """What was given: the file's name, the video's address, what it shows."""
    found, data = [], sight.row.data if sight.row else {}
    if sight.kept:
        found.append(voices.marks.escape(sight.kept.name))
    if data.get(LINK):
        found.append(voices.text(REVIEW, "item_link", url=str(data[LINK])))
    shown = [one.title for one in sight.item.contents if one.code in data.get(SHOWN, ())]
    if shown:
        found.append(voices.text(REVIEW, "item_shows", contents=[title.partition(":")[0] for title in shown]))
    if sight.item.way == "texts":
        found += [voices.marks.escape(f"{name.upper()}: {data.get(name) or ''}") for name in items.TEXTS]
    return voices.marks.fit(" · ".join(found), 1200)
