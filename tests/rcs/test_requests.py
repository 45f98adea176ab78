"""Requests for agents as use cases, on both databases: kept, judged, sent in, answered, mended and withdrawn."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery.tables import DueRow, Message
from bot.delivery.transition import NotPossible
from bot.errors import NotAllowed, NotFound, OutOfDate
from bot.rcs import arriving, deciding, drafts, service, story, wizard
from bot.rcs.arriving import Looked
from bot.rcs.deciding import Decision, ReferenceMissing
from bot.rcs.drafts import DraftEnded, NothingToMend
from bot.rcs.fields import AgentFields, pages_hash
from bot.rcs.picture_rules import SPECS, Look
from bot.rcs.rules import AGENT_MOVES, AgentStatus, OwnRequest
from bot.rcs.service import IsLaunched, NothingChanged, NotReady
from bot.rcs.sight import Sight
from bot.rcs.tables import Agent, AgentDraft, AgentPicture, AgentRevision, CarrierRow, Launch
from bot.registrations.companies import Arrival
from bot.registrations.rules import ReasonMissing
from bot.registrations.tables import Company, Registration, Submission
from bot.storage.database import Database, Tx
from bot.storage.files import StoredFile
from bot.tickets.service import Opening, open_ticket
from bot.tickets.tables import Ticket

TYPED = {
    "name": "KopiNus",
    "description": "Orders and offers of Kopi",
    "color": "#7a1f0b",
    "use_case": "MULTI_USE",
    "markets": ["US"],
    "privacy": "https://kopi.example/privacy",
    "terms": "https://kopi.example/terms",
    "email": "care@kopi.example",
    "phone": "+622129000000",
}


class Office:
    """The people, and short ways to make a request as one of them."""

    def __init__(self, database: Database, people: Any) -> None:
        self.do: Callable[..., Any] = database.write
        self.ana, self.ben, self.carla, self.rina, self.budi, self.stranger = people

    async def every(self, table: type[Any], *which: Any) -> list[Any]:
        """Rows of a table."""
        found: list[Any] = await self.do(lambda tx: list(tx.session.scalars(select(table).where(*which))))
        return found

    @staticmethod
    def visited(_tx: Tx, draft: AgentDraft) -> None:
        """Both pages are there."""
        draft.checked, draft.findings = pages_hash(AgentFields.of(draft.data)), []

    def picture(self, tx: Tx, draft: AgentDraft, what: str, **look: Any) -> AgentPicture:
        """A picture came and was looked at; a right one, unless something else is said."""
        spec = SPECS[what]
        arrival = Arrival(f"F{tx.new_id()[:8]}", f"{what}.png", 1000)
        picture = arriving.add_picture(tx, self.ana, draft.id, what, arrival)
        arriving.picture_fetched(tx, picture.id, StoredFile(f"rcs/{picture.id}/source", 1000, "0" * 64))
        right = Look(1000, "PNG", width=spec.width, height=spec.height, sheer=0.0, cut=0.0)
        mended = {"key": f"rcs/{picture.id}/mended.png", "size": 900, "look": vars(right), "words": "Made smaller."}
        looked = Looked(replace(right, **look), mended if look else {}, f"rcs/{picture.id}/b.png" if look else None)
        arriving.picture_looked_at(tx, picture.id, looked)
        return picture

    def ready(self, tx: Tx, **typed: Any) -> AgentDraft:
        """A draft with everything that it needs."""
        draft = drafts.begin(tx, self.ana, "C0KOPI")
        drafts.save(tx, self.ana, draft.id, {**TYPED, **typed}, "review")
        for what in SPECS:
            self.picture(tx, draft, what)
        self.visited(tx, draft)
        return draft

    async def asked(self, **typed: Any) -> Agent:
        """Ana sends a request in."""

        def ask(tx: Tx) -> Agent:
            draft = self.ready(tx, **typed)
            return service.submit(tx, self.ana, draft.id, draft.version, "ana@kopi.example")

        agent: Agent = await self.do(ask)
        return agent

    async def decided(self, agent: Agent, to: AgentStatus, who: Who | None = None, **how: str) -> Agent:
        """Rina answers."""
        [now] = await self.every(Agent, Agent.id == agent.id)
        done: Agent = await self.do(deciding.decide, who or self.rina, agent.id, now.version, Decision(to, **how))
        return done

    async def mended(self, agent: Agent, **typed: Any) -> Agent:
        """Ana mends it and sends it again."""

        def mend(tx: Tx) -> Agent:
            draft = drafts.fix(tx, self.ana, agent.id)
            draft = drafts.save(tx, self.ana, draft.id, typed, "review")
            self.visited(tx, draft)
            return service.submit(tx, self.ana, draft.id, draft.version)

        again: Agent = await self.do(mend)
        return again


@pytest.fixture
def office(database: Database, people: Any) -> Office:
    """Two accounts, everybody who has to do with them, and requests."""
    return Office(database, people)


async def test_a_request_lives_from_its_draft_to_its_withdrawal(office: Office) -> None:
    """Sent in once, sent back, mended, made and taken back; each step is told to both, and the ticket follows."""
    agent = await office.asked()
    [draft] = await office.every(AgentDraft)
    again = await office.do(service.submit, office.ana, draft.id, 1)
    assert (again.id, agent.color, agent.fields["help"]) == (
        agent.id,
        "#7A1F0B",
        "For support, please call +622129000000.",
    )
    [ticket] = await office.every(Ticket)
    assert (ticket.kind, ticket.turn, ticket.title) == ("rcs", "us", "RCS agent: KopiNus")
    with pytest.raises(DraftEnded):
        await office.do(wizard.go, office.ana, draft.id, "brand")
    with pytest.raises(NothingToMend):
        await office.do(wizard.fix, office.ana, agent.id)

    with pytest.raises(ReasonMissing):
        await office.decided(agent, AgentStatus.CHANGES_ASKED)
    with pytest.raises(ReferenceMissing):
        await office.decided(agent, AgentStatus.CREATED)
    with pytest.raises(NotAllowed):
        await office.decided(agent, AgentStatus.REJECTED, office.ana, reason="logo")
    await office.decided(agent, AgentStatus.CHANGES_ASKED, reason="privacy", words="It is in Klingon.")
    with pytest.raises(OutOfDate):
        await office.do(deciding.decide, office.budi, agent.id, 1, Decision(AgentStatus.REJECTED, reason="logo"))
    sight: Sight = await office.do(wizard.fix, office.ana, agent.id)
    assert (sight.draft.step, sight.agent and sight.agent.words) == ("contact", "It is in Klingon.")
    with pytest.raises(NothingChanged):
        await office.mended(agent)
    mended = await office.mended(agent, privacy="https://kopi.example/privacy/en")
    assert (mended.status, mended.revision, mended.words, mended.field) == ("requested", 2, "", "")
    assert len(await office.every(AgentRevision)) == 2

    made = await office.decided(agent, AgentStatus.CREATED, reference=" kopi_agent ")
    [ticket] = await office.every(Ticket)
    assert (made.reference, ticket.status, ticket.turn) == ("kopi_agent", "solved", "nobody")
    with pytest.raises(NotPossible):
        await office.do(deciding.to_decide, office.rina, agent.id, made.version, AgentStatus.CREATED)
    with pytest.raises(NotFound):
        await office.do(service.withdraw, office.carla, agent.id, made.version)
    gone = await office.do(service.withdraw, office.ana, agent.id, made.version)
    assert (gone.status, AGENT_MOVES[gone.status]) == ("withdrawn", frozenset())
    news = await office.every(Message, Message.kind == "rcs.news")
    assert len(news) == 5
    assert len(await office.every(Message, Message.kind == "rcs.note")) == 2
    told = await office.do(lambda tx: story.feature().subjects(tx, ticket))
    assert told == [("rcs_agents", agent.id)]


async def test_nobody_answers_what_they_sent_in_and_a_rejected_one_may_come_again(office: Office) -> None:
    """Staff who send in for a customer need a colleague; a rejection is no end."""

    def for_kopi(tx: Tx) -> Agent:
        draft = office.ready(tx)
        draft.user_id = office.rina.user_id
        return service.submit(tx, office.rina, draft.id, draft.version)

    agent = await office.do(for_kopi)
    with pytest.raises(OwnRequest):
        await office.decided(agent, AgentStatus.REJECTED, reason="not_allowed")
    await office.decided(agent, AgentStatus.REJECTED, office.budi, reason="not_allowed")
    again = await office.mended(agent, description="Receipts of Kopi")
    [ticket] = await office.every(Ticket)
    assert (again.status, ticket.status, ticket.turn) == ("requested", "open", "us")


async def test_what_is_missing_or_would_be_refused_is_not_sent_in(office: Office) -> None:
    """Pictures, pages, markets and texts: each alone keeps it back; a mended picture lets it go."""

    def look(tx: Tx) -> None:
        draft = office.ready(tx)
        assert wizard.look(tx, office.ana, draft.id).is_ready
        for typed in ({"color": "#ff8800"}, {"name": "K" * 41}, {"markets": []}, {"stop": "Bye."}, {"terms": "kopi"}):
            drafts.save(tx, office.ana, draft.id, typed, "review")
            office.visited(tx, draft)
            with pytest.raises(NotReady):
                service.submit(tx, office.ana, draft.id, draft.version)
            drafts.save(tx, office.ana, draft.id, {name: TYPED.get(name) for name in typed}, "review")
            office.visited(tx, draft)
            assert wizard.look(tx, office.ana, draft.id).is_ready
        drafts.save(tx, office.ana, draft.id, {"stop": "Bye.", "markets": ["ID"]}, "review")
        assert wizard.look(tx, office.ana, draft.id).is_ready  # elsewhere another answer is only warned of
        drafts.save(tx, office.ana, draft.id, {"privacy": "https://kopi.example/p"}, "review")
        assert list(wizard.look(tx, office.ana, draft.id).pending) == ["privacy", "terms"]
        office.visited(tx, draft)
        assert list(wizard.visit_again(tx, office.ana, draft.id).pending) == ["privacy", "terms"]
        office.visited(tx, draft)
        assert wizard.remove_picture(tx, office.ana, draft.id, "hero").is_ready is False
        office.picture(tx, draft, "hero")
        small = office.picture(tx, draft, "logo", width=100, height=100)
        sight = wizard.look(tx, office.ana, draft.id)
        assert (small.status, sight.is_ready, sight.is_drawable) == ("bad", False, False)
        with pytest.raises(NotFound):
            wizard.take_mended(tx, office.carla, draft.id, small.id)
        for _ in range(2):
            sight = wizard.take_mended(tx, office.ana, draft.id, small.id)
        assert (sight.pictures["logo"].uses_mended, sight.is_ready, sight.is_drawable) == (True, True, True)

    await office.do(look)
    assert await office.every(DueRow, DueRow.kind == "rcs.check")


async def test_in_singapore_the_name_is_the_sender_ids(office: Office, people: Any) -> None:
    """Without one it is warned of, with another it is refused and one click takes it; the agent is linked to it."""

    def register(tx: Tx, name: str) -> str:
        account = office.ana.require_account()
        opening = Opening(account, "registration", name, office.ana.user_id, "C0KOPI")
        ticket = open_ticket(tx, opening, by=office.ana.user_id)
        own, when = {"account_id": account}, {"created_at": tx.now, "updated_at": tx.now}
        officer = {"officer_name": "Ana", "officer_title": "Director", "officer_email": "ana@kopi.example"}
        place = {"website": "https://kopi.example", "address_line_1": "1 Jalan", "city": "Jakarta", "country": "ID"}
        company = Company(id=tx.new_id(), name=name, created_by="U0ANA", **own, **officer, **place, **when)
        tx.session.add(company)
        tx.session.flush()
        asked = {"country": "SG", "entity": "local", "company_id": company.id, "company": {}, "channel": "C0KOPI"}
        by = {"submitted_by": "U0ANA", "submitted_at": tx.now}
        submission = Submission(id=tx.new_id(), ticket_id=ticket.id, **own, **asked, **by)
        tx.session.add(submission)
        tx.session.flush()
        messages = {"subaccount": "kopi", "message_type": "otp", "monthly_traffic": 1, "sample_text": "Kopi"}
        days = {"valid_from": tx.now.date(), "requested_at": tx.now}
        made = Registration(
            id=tx.new_id(), submission_id=submission.id, position=1, sender_id=name, country="SG", **own, **messages,
            **days,
        )  # fmt: skip
        tx.session.add(made)
        tx.session.flush()
        return made.id

    def ask(tx: Tx) -> tuple[Agent, str]:
        draft = office.ready(tx, name="Kopi", markets=["SG"])
        first = wizard.look(tx, office.ana, draft.id)
        assert [each.say for each in first.findings if each.check == "name.ssir"] == ["ssir_none"]
        assert first.is_ready
        id_ = register(tx, "KOPI")
        refused = wizard.look(tx, office.ana, draft.id)
        assert (list(refused.ssir), refused.is_ready) == (["KOPI"], False)
        assert wizard.take(tx, office.ana, draft.id, "name", "KOPI").is_ready
        return service.submit(tx, office.ana, draft.id, draft.version), id_

    agent, id_ = await office.do(ask)
    assert (agent.name, agent.registration_id) == ("KOPI", id_)


async def test_what_carriers_have_is_not_withdrawn(office: Office) -> None:
    """While a launch lives the request stays."""
    agent = await office.asked()

    def launch(tx: Tx) -> None:
        opening = Opening(agent.account_id, "rcs_launch", "Launch", "U0ANA", "C0KOPI")
        ticket = open_ticket(tx, opening, by="U0ANA")
        own = {"account_id": agent.account_id, "agent_id": agent.id}
        asked = {"use_case": "OTP", "regions": ["ID"], "channel": "C0KOPI", "submitted_by": "U0ANA"}
        made = Launch(id=tx.new_id(), ticket_id=ticket.id, number=1, submitted_at=tx.now, **own, **asked)
        tx.session.add(made)
        tx.session.flush()
        where = {"region": "ID", "carrier": "telkomsel", "name": "Telkomsel", "position": 1}
        tx.session.add(CarrierRow(id=tx.new_id(), launch_id=made.id, **own, **where))

    await office.do(launch)
    with pytest.raises(IsLaunched):
        await office.do(service.withdraw, office.ana, agent.id, agent.version)
