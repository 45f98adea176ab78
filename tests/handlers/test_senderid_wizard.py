"""The wizard, as the people of the sandbox go through it: every step, every country, forwards and back."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.accounts.rules import Role, Who
from bot.desk import Desk
from bot.registrations import companies, company_fields, decisions, drafts
from bot.registrations.decision import Decision
from bot.registrations.rules import Act, PaperStatus
from bot.registrations.tables import Company, Draft, OperatorRow, Paper, Registration, Submission
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT
from bot.sandbox.slack.actor import Actor
from bot.storage.files import StoredFile
from bot.tickets.tables import Ticket

REGISTRATIONS = Path(__file__).parents[1] / "registrations"
PNG = (REGISTRATIONS / "pixel.png").read_bytes()
COMPANY, ENTRY = json.loads((REGISTRATIONS / "typed.json").read_text()).values()
Kept = Callable[[], Awaitable[None]]


@pytest.fixture
async def linked(rina: Actor) -> None:
    """Ana's channel belongs to an account."""
    await rina.command(KOPI, f"/desk link {KOPI_ACCOUNT} Kopi Nusantara")


@pytest.fixture
def looked_at(desk: Desk, rows: Callable[..., Any]) -> Kept:
    """Await it: every paper was fetched, and is what it should be."""

    async def keep() -> None:
        for paper in await rows(Paper):
            if paper.status == PaperStatus.FETCHING:
                stored = StoredFile(key=f"papers/{paper.id}", size=len(PNG), sha256="0" * 64)
                await desk.write(companies.paper_kept, paper.id, "png", stored)

    return keep


def text(person: Actor) -> str:
    """Everything that it says."""
    return str(person.modal().blocks)


def inputs(person: Actor) -> dict[str, dict[str, Any]]:
    """Its fields, by action."""
    return {block["element"]["action_id"]: block for block in person.modal().blocks if block["type"] == "input"}


def entered(person: Actor, action: str) -> Any:
    """What is in a field."""
    found = next(state for (_, name), state in person.modal().entries.items() if name == action)
    option = found.get("selected_option")
    return option["value"] if option else found.get("value") or found.get("selected_date")


async def fill(person: Actor, fields: dict[str, str]) -> None:
    """Fill several fields."""
    for name, value in fields.items():
        await person.fill(name, value)


async def press(person: Actor, label: str, **more: Any) -> None:
    """Press a button of the modal."""
    await person.click(person.modal(), label, **more)


async def details(person: Actor, country: str, entity: str = "", industry: str = "") -> None:
    """Fill the first page, with a new company."""
    assert not (await person.command(KOPI, "/senderid register")).error
    await person.fill("senderid:country", country)
    if entity:
        await person.fill("entity", entity)
    if industry:
        await person.fill("industry", industry)
    await press(person, "Add a company")
    await fill(person, COMPANY)
    if country == "SG":
        await person.fill("uen", "201912345R")
    assert await person.submit() is None
    assert await person.submit() is None
    assert person.modal().title == "Step 2 of 4: Documents"


async def documents(person: Actor, *only: str) -> None:
    """Put a picture into every document, or into some."""
    for block in list(person.modal().blocks):
        if block["type"] == "input" and (not only or block["block_id"].partition(":")[0] in only):
            await person.choose(person.modal(), "files", [("paper.png", PNG)], block=block["block_id"])
    assert await person.submit() is None


@pytest.mark.usefixtures("linked")
@pytest.mark.parametrize(
    ("country", "entity", "industry", "operators"),
    [
        ("ID", "", "fintech", 3),
        ("PH", "local", "bfsi", 3),
        ("SG", "local", "", 4),
        ("TH", "international", "others", 3),
    ],
)
async def test_the_whole_way(
    ana: Actor, looked_at: Kept, rows: Callable[..., Any], country: str, entity: str, industry: str, operators: int
) -> None:
    """In each country: details, a new company, documents, a sender ID, the review, and a ticket for every operator."""
    await details(ana, country, entity, industry)
    await documents(ana)
    await looked_at()
    assert ana.modal().title == "Step 3 of 4: Sender IDs"
    await fill(ana, ENTRY)
    assert await ana.submit() is None
    assert "KopiNus" in text(ana)
    assert await ana.submit() is None
    assert ana.modal().title == "Step 4 of 4: Review"
    assert "All is there" in text(ana), text(ana)
    assert "This tells 1 requester and 2 reviewers. 6 members of <#C0KOPI> can read it there." in text(ana)
    assert await ana.submit() is None
    assert ana.modal().title == "Submitted"
    [ticket] = await rows(Ticket)
    assert f"SD-{ticket.number}" in text(ana)
    [made] = await rows(Submission)
    assert (made.country, made.channel, made.submitted_by) == (country, KOPI, "U0ANA")
    assert [each.sender_id for each in await rows(Registration)] == ["KopiNus"]
    assert len(await rows(OperatorRow)) == operators


async def one_sender_id(person: Actor, looked_at: Kept, **other: str) -> None:
    """From the first page to the list of sender IDs, in the Philippines as an international company."""
    await details(person, "PH", "international", "others")
    await documents(person)
    await looked_at()
    await fill(person, ENTRY | other)
    assert await person.submit() is None


@pytest.mark.usefixtures("linked")
async def test_back_keeps_what_was_typed_both_ways(ana: Actor, rows: Callable[..., Any]) -> None:
    """Also what is not right yet."""
    await details(ana, "PH", "local", "gaming")
    await press(ana, "Back")
    assert ana.modal().title == "Step 1 of 4: Details"
    [company] = await rows(Company)
    chosen = [entered(ana, each) for each in ("senderid:country", "entity", "industry", "company")]
    assert chosen == ["PH", "local", "gaming", company.id]
    assert await ana.submit() is None
    await documents(ana)
    await fill(ana, {"senderid:entry_name": "Te", "sample_text": "Hello"})
    await press(ana, "Back")
    assert "Te" in text(ana)
    assert "Choose what kind of messages" in text(ana)
    await press(ana, "Edit")
    assert (entered(ana, "senderid:entry_name"), entered(ana, "sample_text")) == ("Te", "Hello")


@pytest.mark.usefixtures("linked")
async def test_a_draft_is_offered_again(ana: Actor, rows: Callable[..., Any]) -> None:
    """Closed by accident, the wizard goes on where it was; or anew, and the company is still there."""
    await details(ana, "PH", "local", "gaming")
    await ana.close()
    await ana.command(KOPI, "/senderid register")
    assert "You have a draft for *Philippines* in the name of *PT Kopi Nusantara*" in text(ana)
    await press(ana, "Continue draft")
    assert ana.modal().title == "Step 2 of 4: Documents"
    await ana.close()
    await ana.command(KOPI, "/senderid register")
    await press(ana, "Start anew")
    assert ana.modal().title == "Step 1 of 4: Details"
    assert entered(ana, "senderid:country") is None
    await ana.fill("company", "PT Kopi Nusantara")
    assert [draft.step for draft in await rows(Draft) if draft.ended_at] == ["discarded"]


@pytest.mark.usefixtures("linked")
async def test_an_empty_draft_is_not_offered(ana: Actor, rows: Callable[..., Any]) -> None:
    """Opened and closed again, nothing was begun."""
    for _ in range(2):
        await ana.command(KOPI, "/senderid register")
        assert ana.modal().title == "Step 1 of 4: Details"
        await ana.close()
    assert len(await rows(Draft)) == 1


@pytest.mark.usefixtures("linked")
async def test_all_errors_of_a_company_stand_at_their_fields(ana: Actor, rows: Callable[..., Any]) -> None:
    """At once, and nothing is kept."""
    await ana.command(KOPI, "/senderid register")
    await ana.fill("senderid:country", "PH")
    await press(ana, "Add a company")
    await fill(ana, COMPANY | {"website": "no site", "phone": "12", "call_from": "10:00"})
    assert set(await ana.submit() or {}) == {"website", "phone", "call_to"}
    assert await rows(Company) == []
    await ana.close()
    assert ana.modal().title == "Step 1 of 4: Details"


@pytest.mark.usefixtures("linked")
async def test_all_errors_of_a_sender_id_stand_at_their_fields(ana: Actor) -> None:
    """Each says how to mend it."""
    await details(ana, "PH", "international", "others")
    await documents(ana)
    await fill(
        ana, ENTRY | {"senderid:entry_name": "TestKopi", "sample_text": "Your code is 1234", "subaccount": "a b"}
    )
    said = await ana.submit() or {}
    assert set(said) == {"sender_id:0", "sample_text:0", "subaccount:0"}
    assert "Try " in said["sender_id:0"]
    assert "does not name" in said["sample_text:0"]


@pytest.mark.usefixtures("linked")
async def test_rules_answer_while_one_types(ana: Actor) -> None:
    """Check says what is wrong, with a proposal; what was typed elsewhere stays."""
    await details(ana, "PH", "international", "others")
    await documents(ana)
    await ana.fill("subaccount", "kopi_otp")
    await ana.fill("senderid:entry_name", "Kopi Nusantara!")
    await press(ana, "Check")
    assert "⛔" in text(ana)
    assert "Try *" in text(ana)
    assert entered(ana, "subaccount") == "kopi_otp"
    await ana.fill("senderid:entry_name", "KopiNus")
    assert "⛔" not in text(ana)
    assert "*KopiNus* keeps" in text(ana)


@pytest.mark.usefixtures("linked")
async def test_a_name_that_is_not_the_companys_needs_a_proof(ana: Actor, looked_at: Kept) -> None:
    """The toggle brings the proofs, of which one is enough."""
    await details(ana, "PH", "international", "others")
    await documents(ana)
    await looked_at()
    await fill(ana, ENTRY | {"senderid:entry_name": "Javabean"})
    assert "sender_id:0" in (await ana.submit() or {})
    await ana.fill("senderid:brandless", ["yes"])
    assert "One of these 2 is enough" in text(ana)
    assert "IP rights" in (await ana.submit() or {})["proof_ip_rights:proof"]
    await ana.choose(ana.modal(), "files", [("trademark.png", PNG)], block="proof_ip_rights:proof")
    assert await ana.submit() is None
    await looked_at()
    assert "does not include the company" in text(ana)
    assert await ana.submit() is None
    assert "All is there" in text(ana)


@pytest.mark.usefixtures("linked")
async def test_the_end_of_the_validity_is_computed(ana: Actor) -> None:
    """365 days in the Philippines, the first one included."""
    await details(ana, "PH", "international", "others")
    await documents(ana)
    assert entered(ana, "senderid:valid_from") == "2026-11-23"
    await ana.fill("senderid:valid_from", "2026-12-10")
    assert "9 December 2027" in text(ana)


@pytest.mark.usefixtures("linked")
async def test_several_sender_ids(ana: Actor, looked_at: Kept, rows: Callable[..., Any]) -> None:
    """They are added, edited and removed in the list, and make one ticket."""
    await one_sender_id(ana, looked_at)
    for name in ("KopiPay", "KopiClub"):
        await press(ana, "Add another sender ID")
        await fill(ana, ENTRY | {"senderid:entry_name": name})
        assert await ana.submit() is None
    await press(ana, "Edit", block="entry:1")
    await ana.fill("senderid:entry_name", "KopiShop")
    assert await ana.submit() is None
    await press(ana, "Remove", block="entry:2")
    assert await ana.submit() is None
    assert await ana.submit() is None
    assert [each.sender_id for each in await rows(Registration)] == ["KopiNus", "KopiShop"]
    assert len(await rows(Ticket)) == 1


@pytest.mark.usefixtures("linked")
async def test_two_submits_make_one_ticket(ana: Actor, looked_at: Kept, rows: Callable[..., Any]) -> None:
    """A double click is one."""
    await one_sender_id(ana, looked_at)
    assert await ana.submit() is None
    await asyncio.gather(ana.submit(), ana.submit())
    assert len(await rows(Ticket)) == len(await rows(Submission)) == 1
    assert ana.modal().title == "Submitted"


@pytest.mark.usefixtures("linked")
async def test_the_review_leads_to_each_part_and_back(ana: Actor, looked_at: Kept) -> None:
    """Edit opens a part, and Next comes back to the review."""
    await one_sender_id(ana, looked_at)
    assert await ana.submit() is None
    for part, title in (("details", "Step 1 of 4: Details"), ("documents", "Step 2 of 4: Documents")):
        await press(ana, "Edit", block=f"part:{part}")
        assert ana.modal().title == title
        assert await ana.submit() is None
        assert ana.modal().title == "Step 4 of 4: Review"
    await press(ana, "Edit", block="part:sender_ids")
    assert await ana.submit() is None
    await press(ana, "Back")
    assert ana.modal().title == "Step 3 of 4: Sender IDs"


@pytest.mark.usefixtures("linked")
async def test_documents_may_come_later_but_are_asked_for(ana: Actor, rows: Callable[..., Any]) -> None:
    """The review names everything that is missing, and nothing is submitted."""
    await details(ana, "PH", "local", "bfsi")
    assert "*0 of 4 attached*" in text(ana)
    await press(ana, "Add the rest later")
    await fill(ana, ENTRY)
    assert await ana.submit() is None
    assert await ana.submit() is None
    assert "4 things to mend" in text(ana)
    assert await ana.submit() is None
    assert ana.modal().title == "Step 4 of 4: Review"
    assert await rows(Submission) == []


@pytest.mark.usefixtures("linked")
async def test_a_file_of_another_kind_or_too_large_is_refused_at_its_field(
    ana: Actor, rows: Callable[..., Any]
) -> None:
    """Before it is even fetched."""
    await details(ana, "PH", "international", "others")
    await ana.choose(ana.modal(), "files", [("letter.pdf", b"%PDF-")], block="letterhead")
    await ana.choose(ana.modal(), "files", [("big.png", b"0" * 5_100_000)], block="company_registration")
    said = await ana.submit() or {}
    assert set(said) == {"letterhead", "company_registration"}
    assert "takes JPG or PNG" in said["letterhead"]
    assert "5 MB" in said["company_registration"]
    assert await rows(Paper) == []


@pytest.mark.usefixtures("linked")
async def test_a_refused_file_says_why_and_can_be_removed(ana: Actor, desk: Desk, rows: Callable[..., Any]) -> None:
    """What the job found stands at the document."""
    await details(ana, "PH", "international", "others")
    await documents(ana)
    for paper in await rows(Paper):
        await desk.write(companies.paper_refused, paper.id, f"{paper.name} is broken. Attach it again.")
    await press(ana, "Back")
    assert "paper.png is broken" in text(ana)
    letterhead = next(paper for paper in await rows(Paper) if paper.slot == "letterhead")
    await press(ana, "Remove", block=f"paper:{letterhead.id}")
    assert str(ana.modal().blocks).count("paper.png is broken") == 2


@pytest.mark.usefixtures("linked")
async def test_what_a_company_has_is_attached_by_itself(ana: Actor, looked_at: Kept) -> None:
    """The second registration asks for no document again."""
    await one_sender_id(ana, looked_at)
    assert await ana.submit() is None
    assert await ana.submit() is None
    await ana.close()
    await ana.command(KOPI, "/senderid register")
    await ana.fill("senderid:country", "PH")
    await fill(ana, {"entity": "international", "industry": "others", "company": "PT Kopi Nusantara"})
    assert await ana.submit() is None
    assert "*2 of 2 attached*" in text(ana)
    assert "from the company" in text(ana)
    assert await ana.submit() is None
    assert ana.modal().title == "Step 3 of 4: Sender IDs"
    await fill(ana, ENTRY)
    assert "in review in SD-" in (await ana.submit() or {})["sender_id:0"]


@pytest.mark.usefixtures("linked")
async def test_an_old_window_says_that_it_is_old(ana: Actor, desk: Desk, rows: Callable[..., Any]) -> None:
    """What ended elsewhere is not changed any more."""
    await details(ana, "PH", "international", "others")
    [draft] = await rows(Draft)
    who = Who("U0ANA", "T0SENDER", Role.CUSTOMER, draft.account_id, KOPI)
    await desk.write(drafts.discard, who, draft.id)
    await press(ana, "Back")
    assert "This draft was discarded already" in text(ana)


@pytest.mark.usefixtures("linked")
async def test_the_longest_names_fit(ana: Actor, desk: Desk, rows: Callable[..., Any]) -> None:
    """Slack takes every page of ten sender IDs with the longest texts, and of a company with the longest name."""
    await details(ana, "PH", "local", "bfsi")
    [draft], [company] = await rows(Draft), await rows(Company)
    who = Who("U0ANA", "T0SENDER", Role.CUSTOMER, draft.account_id, KOPI)
    entry = {"subaccount": "s" * 50, "message_type": "otp", "monthly_traffic": 10**9, "sample_text": "& " * 500}
    entry |= {"brandless": True, "valid_from": "2026-12-01"}
    many = [entry | {"sender_id": f"TestSmartBank{number:03}"} for number in range(10)]
    await desk.write(drafts.save, who, draft.id, {"sender_ids": many}, "details")
    fields = company_fields.CompanyFields(
        **{name: getattr(company, name) for name in company_fields.CompanyFields.__dataclass_fields__}
    )
    longest = replace(fields, name="&" * 150, officer_name="N" * 100, officer_title="T" * 100, address_line_1="A" * 150)
    await desk.write(companies.save, who, company.id, company.version, longest)
    await press(ana, "Back")
    assert await ana.submit() is None
    await press(ana, "Add the rest later")
    assert ana.modal().title == "Step 3 of 4: Sender IDs"
    await press(ana, "Edit", block="entry:9")
    await press(ana, "Check")
    await press(ana, "Back")
    await desk.write(drafts.save, who, draft.id, {}, "review")
    await ana.close()
    await ana.command(KOPI, "/senderid register")
    await press(ana, "Continue draft")
    assert ana.modal().title == "Step 4 of 4: Review"


async def test_who_belongs_to_no_account_is_told_so(ana: Actor, slack: Any) -> None:
    """Nothing opens."""
    reply = await ana.command(KOPI, "/senderid register")
    assert "belongs to no customer account" in reply.text
    assert ana.view() is None


@pytest.mark.usefixtures("linked")
async def test_from_a_direct_message_the_thread_will_be_in_the_channel(
    ana: Actor, slack: Any, rows: Callable[..., Any]
) -> None:
    """There the others of the account see it too."""
    await ana.command(slack.direct("U0ANA").id, "/senderid register")
    assert [draft.channel for draft in await rows(Draft)] == [KOPI]


@pytest.mark.usefixtures("linked")
async def test_home_registers_and_goes_on_with_a_draft(ana: Actor) -> None:
    """A newcomer finds the button; later the draft stands first, and opens where it was left."""
    home = await ana.open_home()
    await ana.click(home, "Register a sender ID")
    assert ana.modal().title == "Step 1 of 4: Details"
    await ana.close()
    await details(ana, "PH", "local", "gaming")
    await ana.close()
    home = await ana.open_home()
    assert "*Draft* · Philippines · PT Kopi Nusantara" in str(home.blocks)
    await ana.click(home, "Continue draft")
    assert ana.modal().title == "Step 2 of 4: Documents"


@pytest.mark.usefixtures("linked")
async def test_home_shows_how_sender_ids_stand(ana: Actor, looked_at: Kept) -> None:
    """With the number of operators that approved; their ticket is not listed a second time."""
    await one_sender_id(ana, looked_at)
    assert await ana.submit() is None
    assert await ana.submit() is None
    shown = str((await ana.open_home()).blocks)
    assert "*KopiNus* · Philippines · *0/3* Under review" in shown
    assert "Its own card" in str((await ana.command(KOPI, "/tickets show 1001")).blocks)


@pytest.mark.usefixtures("linked")
async def test_what_ends_soon_is_said_beforehand(ana: Actor, looked_at: Kept, rows: Callable[..., Any]) -> None:
    """A paper's last day is told once, and stands in every later registration of the company."""
    await details(ana, "PH", "international", "others")
    await documents(ana)
    await looked_at()
    await press(ana, "Back")
    paper = next(paper for paper in await rows(Paper) if paper.slot == "company_registration")
    await ana.choose(ana.modal(), "senderid:paper_until", "2026-12-12", block=f"paper:{paper.id}")
    assert "⚠️ valid until 12 December 2026" in text(ana)
    await press(ana, "Back")
    assert "valid until 12 December 2026 only" in text(ana)


@pytest.mark.usefixtures("linked")
async def test_home_names_the_sender_ids_that_need_somebody(
    ana: Actor, desk: Desk, looked_at: Kept, rows: Callable[..., Any]
) -> None:
    """Of two in one ticket only the one that was asked about, though the ticket is the customer's turn."""
    await one_sender_id(ana, looked_at)
    await press(ana, "Add another sender ID")
    await fill(ana, ENTRY | {"senderid:entry_name": "KopiPay"})
    for _ in range(3):
        assert await ana.submit() is None
    rina = Who("U0RINA", "T0SENDER", Role.STAFF, None, None)
    [pay] = [one.id for one in await rows(Registration) if one.sender_id == "KopiPay"]
    for each in await rows(OperatorRow):
        decision = Decision(Act.ASK, reason="generic") if each.registration_id == pay else Decision(Act.APPROVE)
        await desk.write(decisions.decide, rina, [(each.id, each.version)], decision)
    shown = [str(block) for block in (await ana.open_home()).blocks]
    assert ["KopiPay" in shown[1], "Your turn" in shown[1]] == [True, True]
    [other] = [block for block in shown[2:] if "*KopiNus*" in block]
    assert "Your turn" not in other


@pytest.mark.usefixtures("linked")
async def test_what_was_asked_is_mended_and_submitted_again(
    ana: Actor, desk: Desk, looked_at: Kept, rows: Callable[..., Any]
) -> None:
    """The wizard opens filled in, says what was asked, and makes the next revision of the same ticket."""
    await one_sender_id(ana, looked_at)
    assert await ana.submit() is None
    assert await ana.submit() is None
    rina = Who("U0RINA", "T0SENDER", Role.STAFF, None, None)
    [row, *_] = await rows(OperatorRow)
    asking = Decision(Act.ASK, reason="text_brand", words="Say who sends it.", field="sample_text")
    await desk.write(decisions.decide, rina, [(row.id, row.version)], asking)
    await ana.click(await ana.open_home(), "Fix and resubmit")
    assert ana.modal().title == "Step 4 of 4: Review"
    assert "Say who sends it." in text(ana)
    await press(ana, "Edit", block="part:sender_ids")
    await press(ana, "Edit", block="entry:0")
    await ana.fill("sample_text", "This is Kopi Nusantara. Your code is 1234.")
    assert await ana.submit() is None
    assert await ana.submit() is None
    assert await ana.submit() is None
    assert ana.modal().title == "Submitted"
    [made] = await rows(Submission)
    assert (made.revision, len(await rows(Ticket))) == (2, 1)
    [registration] = await rows(Registration)
    assert registration.sample_text == "This is Kopi Nusantara. Your code is 1234."


@pytest.mark.usefixtures("linked")
async def test_files_that_are_being_looked_at_keep_nobody_from_going_on(ana: Actor, looked_at: Kept) -> None:
    """Only the submission waits for them, and says so."""
    await details(ana, "PH", "international", "others")
    await documents(ana)
    await fill(ana, ENTRY)
    assert await ana.submit() is None
    assert await ana.submit() is None
    assert "*Nearly there*: press Submit in a moment." in text(ana)
    assert await ana.submit() is None
    assert "paper.png is still being looked at" in text(ana)
    await looked_at()
    assert await ana.submit() is None
    assert ana.modal().title == "Submitted"
