"""What staff see of a registration: its card, and in the card's thread a row for each operator with its buttons."""

from collections.abc import Mapping, Sequence

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.outbox import SlackCard
from bot.delivery.voices import Voices, Words
from bot.registrations import card_words, rules
from bot.registrations.checks import Finding, check_sender_id
from bot.registrations.countries import Choice, Country, country
from bot.registrations.rules import UNDECIDED, Act, By, LoaState, OperatorStatus
from bot.registrations.tables import OperatorRow, Paper, Submission
from bot.registrations.wholes import Whole
from bot.tickets.cards import quote, staff_buttons
from bot.tickets.rules import Status, number_words

SENT, APPROVE, ASK, REJECT, AMEND = "review:sent", "review:approve", "review:ask", "review:reject", "review:amend"
SEVERAL, PAPERS, ENTITY = "review:several", "review:papers", "review:entity"
BUTTONS = {Act.SENT: SENT, Act.APPROVE: APPROVE, Act.ASK: ASK, Act.REJECT: REJECT, Act.AMEND: AMEND}
"""What staff can do with a row, in the order of the buttons."""
_STYLES = {Act.APPROVE: "primary"}
"""Red is kept for what cannot be undone: Reject asks for the reason first."""
_ROWS_SHOWN = 15
"""With three blocks each they stay below Slack's 50."""
_LINES_MAX = 2900


# The card


def review_card(
    voices: Voices, whole: Whole, *, account: str, papers: Sequence[Paper], thread: str, first: str
) -> SlackCard:
    """What is asked for, by whom, with which papers, and what the checks found.

    ``thread`` is the address of the customer's thread, ``first`` that of the ticket's first card.
    """
    words = _words(voices, whole, account=account, thread=thread, first=first)
    is_first = whole.ticket.review_key == whole.registration.id  # it alone is drawn again with its ticket
    facts = ["account", "company", "submitter", "case", "messages", "subaccount", "valid"]
    facts += ["turn", "assignee"] if is_first else []
    facts += ["due"] if is_first and whole.ticket.status == Status.OPEN else []
    body = [
        blocks.section(words.headline),
        blocks.fields(["\n".join(words.lines(fact)) for fact in facts]),
        blocks.section(words.part("text")),
        quote(whole.registration.sample_text),
        blocks.section(_papers(voices, words, whole, papers), accessory=_bring(words, whole) if papers else None),
        blocks.section(_findings(voices, words, whole), accessory=_entity(words, whole)),
        blocks.context(words.part("thread")),
    ]
    if is_first:
        body.append(blocks.actions(staff_buttons(voices, whole.ticket)))
    else:
        body.append(blocks.context(words.part("first")))
    return SlackCard(words.headline, body)


def _words(voices: Voices, whole: Whole, *, account: str, thread: str, first: str) -> Words:
    asked, submission, ticket = whole.registration, whole.submission, whole.ticket
    there = country(asked.country)
    return voices.slack(
        "registrations/staff",
        ticket=number_words(ticket.number),
        sender_id=asked.sender_id,
        country=there.name,
        spoken=there.spoken,
        stands=card_words.stands(voices, whole.roll_up),
        account=account,
        company=submission.company.get("name") or "",
        uen=submission.company.get("uen") or "",
        website=submission.company.get("website") or "",
        submitter=submission.submitted_by,
        submitted_at=submission.submitted_at,
        revision=submission.revision,
        turn=voices.state(f"turn.{ticket.turn}"),
        turn_since=ticket.turn_since,
        due_at=ticket.due_at,
        late=ticket.told_late_at is not None,
        assignee=ticket.assignee or "",
        message_type=_title(there.message_types, asked.message_type),
        traffic=asked.monthly_traffic,
        subaccount=asked.subaccount,
        valid_from=asked.valid_from,
        valid_till=asked.valid_till,
        renews=number_words(whole.renews.ticket.number) if whole.renews else "",
        renewed_by=number_words(whole.renewed_by.ticket.number) if whole.renewed_by else "",
        entity=submission.entity,
        entity_by=submission.entity_by or "",
        because=submission.entity_because,
        industry=_title(there.industries, submission.industry),
        brandless=asked.brandless,
        rules_count=len(there.rules),
        thread=thread,
        first=first,
    )


def _title(choices: Sequence[Choice], code: str) -> str:
    return next((choice.title for choice in choices if choice.code == code), code)


def _entity(words: Words, whole: Whole) -> Block:
    return blocks.button(words.plain("button_entity"), ENTITY, whole.submission.id)


def _bring(words: Words, whole: Whole) -> Block:
    return blocks.button(words.plain("button_papers"), PAPERS, whole.registration.id)


def _papers(voices: Voices, words: Words, whole: Whole, papers: Sequence[Paper]) -> str:
    titles = slot_titles(whole.submission)
    lines = [
        voices.text(
            "registrations/staff",
            "paper",
            title=titles.get(paper.slot, paper.slot),
            name=paper.name,
            valid_until=paper.valid_until,
        )
        for paper in papers
    ]
    return _joined(voices, [words.part("papers"), *(lines or [words.part("no_papers")])])


def slot_titles(submission: Submission) -> Mapping[str, str]:
    """What the documents of a submission are called, by their slot."""
    there = country(submission.country)
    case = there.slots(submission.entity, submission.industry, brandless=True)
    return {slot.code: slot.title for slot in (*there.documents, *case)}  # what a changed case does not ask is there


def _findings(voices: Voices, words: Words, whole: Whole) -> str:
    there = country(whole.registration.country)
    found = [finding for finding in _checked(whole, there) if not finding.ok]
    lines = [
        voices.text(
            "registrations/staff", "finding", status=voices.state(f"finding.{finding.level}"), message=finding.message
        )
        for finding in found
    ]
    return _joined(voices, [words.part("findings"), *(lines or [words.part("fine")])])


def _checked(whole: Whole, there: Country) -> Sequence[Finding]:
    asked, company = whole.registration, whole.submission.company
    return check_sender_id(
        there,
        asked.sender_id,
        company=company.get("name") or "",
        brand=company.get("short_name") or "",
        text=asked.sample_text,
        entity=whole.submission.entity,
        brandless=asked.brandless,
        uen=company.get("uen") or "",
    )


def _joined(voices: Voices, lines: Sequence[str]) -> str:
    return voices.marks.fit("\n".join(lines), _LINES_MAX)


# The rows


def rows_card(voices: Voices, whole: Whole, *, is_alone: bool = True) -> SlackCard:
    """Each operator with its status, who decided and why, and what staff can do about it now.

    ``is_alone``: its ticket is about no other sender ID, on which could be decided at the same time.
    """
    words = voices.slack(
        "registrations/rows",
        sender_id=whole.registration.sender_id,
        country=country(whole.registration.country).name,
        stands=card_words.stands(voices, whole.roll_up),
    )
    body = [blocks.section(words.headline)]
    for row in whole.operators[:_ROWS_SHOWN]:
        body += _row(voices, row)
    undecided = [row for row in whole.operators if row.status in UNDECIDED]
    if len(undecided) > (1 if is_alone else 0):
        text = words.plain("button_several")
        body += [{"type": "divider"}, blocks.actions([blocks.button(text, SEVERAL, whole.registration.id)])]
    return SlackCard(words.headline, body)


def _row(voices: Voices, row: OperatorRow) -> list[Block]:
    changed_at = row.decided_at or row.sent_at
    words = voices.slack(
        "registrations/rows",
        operator=row.name,
        status=voices.state(f"operator.{row.status}"),
        valid_till=row.valid_till if row.status == OperatorStatus.APPROVED else None,
        decided_by=row.decided_by or "",
        changed_at=changed_at,
        why=card_words.why(row),
        field=card_words.field_name(row),
        reference=row.reference,
        loa=voices.state(f"loa.{row.loa}") if row.loa != LoaState.NOT_NEEDED else "",
        by_letter=row.status == OperatorStatus.WITH_OPERATOR and row.loa == LoaState.ACCEPTED,
    )
    small = [words.part("by")] if changed_at and row.status not in {"withdrawn", "expired", "under_review"} else []
    small += [words.part("why")] if card_words.why(row) else []
    small.append(words.part("reference"))
    buttons = [_button(words, row, act) for act in BUTTONS if rules.allowed(row.status, act, By.STAFF)]
    shown = [blocks.section(words.part("row")), blocks.context(*small)]
    return [*shown, *([blocks.actions(buttons, block_id=f"row:{row.operator}")] if buttons else [])]


def _button(words: Words, row: OperatorRow, act: Act) -> Block:
    text, label = words.plain(f"button_{act}"), f"{words.plain(f'button_{act}')}: {row.name}"
    asks = _unsigned(words) if act is Act.SENT and row.loa not in {LoaState.NOT_NEEDED, LoaState.ACCEPTED} else None
    return blocks.button(
        text, BUTTONS[act], f"{row.id}:{row.version}", style=_STYLES.get(act), confirm=asks, label=label
    )


def _unsigned(words: Words) -> Block:
    """The question before something is sent to an operator whose letter is not signed yet."""
    return blocks.confirm(
        words.plain("unsigned_title", blocks.CONFIRM_TITLE_MAX),
        words.plain("unsigned", blocks.CONFIRM_TEXT_MAX),
        words.plain("unsigned_yes", blocks.CONFIRM_BUTTON_MAX),
        words.plain("unsigned_no", blocks.CONFIRM_BUTTON_MAX),
    )
