"""From a created agent to live: devices, items, launches and carriers, as use cases on both databases."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery.tables import Message
from bot.delivery.transition import NotPossible
from bot.delivery.voices import Voices
from bot.errors import NotAllowed, NotFound, OutOfDate
from bot.rcs import carriers, deciding, giving, items, launching, testing
from bot.rcs.carriers import CarrierThere
from bot.rcs.devices import NumbersWrong, TooManyInvites, TooManyTesters
from bot.rcs.items import LINK, QUESTIONS, SHOWN
from bot.rcs.launch_acts import Act, Decision
from bot.rcs.launch_words import Progress
from bot.rcs.launching import ChangeUnderWay, ItemsMissing, NoRegion, NotCreatedYet, NotLaunched, RegionAsked
from bot.rcs.name_rules import UseCase
from bot.rcs.rules import AgentStatus, ItemStatus, OwnRequest
from bot.rcs.rules import TesterStatus as Answer
from bot.rcs.tables import Agent, CarrierRow, Invite, Launch
from bot.rcs.testing import NobodyToInvite, NotInvitedYet
from bot.registrations.companies import Arrival
from bot.registrations.problems import Incomplete
from bot.registrations.rules import ReasonMissing
from bot.storage.database import Database, Tx
from bot.storage.files import StoredFile
from bot.tickets import why
from bot.tickets.steps import Opening, open_ticket
from bot.tickets.tables import Ticket

ANSWERS = dict.fromkeys(QUESTIONS, "Yes") | {"contact_email": "ana@kopi.example"}
TEXTS = {
    "start": (
        "Welcome! You are opted in. Msg freq varies. Msg&data rates may apply. Text HELP for help, STOP to cancel."
    ),
    "help": "For support, please call +6561234567.",
    "stop": (
        "You have successfully unsubscribed. You will no longer receive messages from this agent. "
        "Reply START to resubscribe."
    ),
}


class Pad:
    """An agent of Kopi Nusantara, and short ways to bring it live."""

    def __init__(self, database: Database, clock: Any, people: Any) -> None:
        self.database, self.clock, self.people, self.files = database, clock, people, 0
        self.agent_id = "a" * 32

    async def do(self, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run a use case."""
        return await self.database.write(use_case, *args, **kwargs)

    async def look(self, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run a query."""
        return await self.database.read(query, *args, **kwargs)

    def make(self, tx: Tx) -> None:
        """The agent as it is once 8x8 made it."""
        card, review = ("rcs.card", self.agent_id), ("rcs.review", self.agent_id)
        opening = Opening(
            "kopi", "rcs", "RCS agent Kopi", "U0ANA", "C0KOPI", "ana@kopi.example", card=card, review=review
        )
        ticket = open_ticket(tx, opening, by="U0ANA")
        made = Agent(
            id=self.agent_id, account_id="kopi", ticket_id=ticket.id, status=AgentStatus.CREATED, name="Kopi Nusantara",
            description="Coffee", color="#E91B0C", use_case="TRANSACTIONAL", fields={**TEXTS, "markets": ["SG"]},
            reference="agent-1", channel="C0KOPI", submitted_by="U0ANA", submitter_email="ana@kopi.example",
            submitted_at=tx.now,
        )  # fmt: skip
        tx.session.add(made)

    async def device(self, number: str = "+14155552671") -> str:
        """A device that was named, invited, and accepted."""
        await self.do(testing.add, self.people.ana, self.agent_id, number)
        await self.do(testing.invite, self.people.rina, self.agent_id)
        there = await self.look(testing.testers_of, self.people.ana, self.agent_id)
        one = next(each for each in there.testers if each.number == number)
        await self.do(testing.mark, self.people.ana, one.id, one.version, Answer.ACCEPTED)
        return str(one.id)

    async def file(self, code: str, kind: str = "pdf", who: Who | None = None) -> Any:
        """A file that was given for an item, fetched, and found good."""
        self.files += 1
        arrival = Arrival(f"F{self.files}", f"{code}.{kind}", 1000)
        row = await self.do(giving.give, who or self.people.ana, self.agent_id, code, {}, arrivals=[arrival])
        sight = await self.sight(code)
        stored = StoredFile(f"rcs-items/{sight.files[0].id}/source", 1000, "0" * 64)
        await self.do(giving.file_kept, sight.files[0].id, kind, stored)
        return row

    async def sight(self, code: str) -> Any:
        """An item as it stands."""
        sheet = await self.look(items.sheet, self.people.ana, self.agent_id, ("us", "global"))
        return sheet.of(code)

    async def ready(self, *lists: str) -> None:
        """Give all that a launch needs."""
        await self.device()
        await self.file("brand_vetting")
        shown = ["opt_in", "transactional", "content", "stop"]
        video = {LINK: "https://kopi.example/video", SHOWN: shown}
        await self.do(giving.give, self.people.ana, self.agent_id, "demo_video", video)
        await self.do(giving.give, self.people.ana, self.agent_id, "questionnaire", ANSWERS)
        for code in ("program_brief", "tmobile") if "us" in lists else ():
            await self.file(code)

    async def launch(self, *regions: str, who: Who | None = None) -> Launch:
        """A launch that was asked for."""
        done: Launch = await self.do(launching.request, who or self.people.ana, self.agent_id, regions)
        return done

    async def rows(self, launch: Launch) -> Sequence[CarrierRow]:
        """Its carriers."""
        there = await self.look(launching.whole, self.people.rina, launch.id)
        return there.rows  # type: ignore[no-any-return]

    async def decide(self, launch: Launch, act: Act, *names: str, who: Who | None = None, **more: Any) -> Any:
        """Rina decides on carriers as they are now; all of them when none is named."""
        rows = [row for row in await self.rows(launch) if row.carrier in names or not names]
        seen = [(row.id, row.version) for row in rows]
        return await self.do(carriers.decide, who or self.people.rina, seen, Decision(act, **more))

    async def statuses(self, launch: Launch) -> dict[str, str]:
        """What each carrier says."""
        return {row.carrier: row.status for row in await self.rows(launch)}

    async def told(self, kind: str) -> int:
        """How many messages of this kind there are."""
        wanted = select(Message).where(Message.kind == kind)
        return await self.look(lambda tx: len(tx.session.scalars(wanted).all()))  # type: ignore[no-any-return]

    async def turn(self, about: Agent | Launch) -> str:
        """Whose turn it is."""
        ticket = await self.look(lambda tx: tx.session.get_one(Ticket, about.ticket_id))
        return str(ticket.turn)

    async def ticket(self) -> tuple[str, str]:
        """Whether the agent's ticket is open, and whose turn it is."""
        agent = await self.agent()
        ticket = await self.look(lambda tx: tx.session.get_one(Ticket, agent.ticket_id))
        return str(ticket.status), str(ticket.turn)

    def ask(self, tx: Tx) -> None:
        """The agent as it is before 8x8 made it."""
        agent = tx.session.get_one(Agent, self.agent_id)
        agent.status, agent.reference = AgentStatus.REQUESTED, ""

    async def agent(self) -> Agent:
        """The agent as it is now."""
        found: Agent = await self.look(lambda tx: tx.session.get_one(Agent, self.agent_id))
        return found


@pytest.fixture
async def pad(database: Database, clock: Any, people: Any) -> Pad:
    """An agent that 8x8 made; nothing else was done yet."""
    pad = Pad(database, clock, people)
    await pad.do(pad.make)
    return pad


async def test_devices_are_named_invited_and_answer(pad: Pad) -> None:
    """In this order; each side says its part, and what cannot be is refused in a sentence."""
    ana, rina, carla = pad.people.ana, pad.people.rina, pad.people.carla
    added = await pad.do(testing.add, ana, pad.agent_id, "+14155552671\n+628123456789, +14155552671", "android")
    assert (added.new, added.again) == (2, ())
    assert (await pad.do(testing.add, ana, pad.agent_id, "+14155552671")).again == ("+14155552671",)
    assert await pad.turn(await pad.agent()) == "us"
    with pytest.raises(NumbersWrong):
        await pad.do(testing.add, ana, pad.agent_id, "08123")
    with pytest.raises(NotFound):
        await pad.look(testing.testers_of, carla, pad.agent_id)
    with pytest.raises(NotAllowed):
        await pad.do(testing.invite, ana, pad.agent_id)
    one, two = (await pad.look(testing.testers_of, ana, pad.agent_id)).testers
    with pytest.raises(NotInvitedYet):
        await pad.do(testing.mark, ana, one.id, one.version, Answer.ACCEPTED)
    assert await pad.do(testing.invite, rina, pad.agent_id) == 2
    with pytest.raises(NobodyToInvite):
        await pad.do(testing.invite, rina, pad.agent_id)
    assert await pad.turn(await pad.agent()) == "customer"
    await pad.do(testing.mark, ana, one.id, one.version + 1, Answer.ACCEPTED)
    with pytest.raises(OutOfDate, match=r"accepted.*U0ANA"):
        await pad.do(testing.mark, rina, one.id, one.version + 1, Answer.DECLINED)
    with pytest.raises(NotAllowed):
        await pad.do(testing.mark, ana, two.id, two.version + 1, Answer.DECLINED)
    await pad.do(testing.mark, rina, two.id, two.version + 1, Answer.DECLINED)
    assert await pad.turn(await pad.agent()) == "nobody"
    lines = await pad.look(Progress(Voices()).stands, await pad.agent())
    assert "1 accepted of 2" in lines[0]


async def test_twenty_invites_fit_into_a_day(pad: Pad) -> None:
    """The next ones wait for the next day of UTC; those that are left can be invited one by one."""
    ana, rina = pad.people.ana, pad.people.rina
    await pad.do(testing.add, ana, pad.agent_id, "\n".join(f"+628123456{n:03}" for n in range(21)))
    with pytest.raises(TooManyInvites, match="20 are left today"):
        await pad.do(testing.invite, rina, pad.agent_id)
    there = await pad.look(testing.testers_of, rina, pad.agent_id)
    await pad.do(testing.invite, rina, pad.agent_id, [one.id for one in there.testers[:20]])
    with pytest.raises(TooManyInvites, match="0 are left today"):
        await pad.do(testing.invite, rina, pad.agent_id)
    pad.clock.advance(days=1)
    assert await pad.do(testing.invite, rina, pad.agent_id) == 1
    assert await pad.look(lambda tx: len(tx.session.scalars(select(Invite)).all())) == 21


async def test_an_agent_takes_two_hundred_devices(pad: Pad) -> None:
    """The next one is refused, with how many can be added; a device that is removed makes room."""
    ana = pad.people.ana
    for start in range(0, 200, 50):
        numbers = "\n".join(f"+628123456{n:03}" for n in range(start, start + 50))
        assert (await pad.do(testing.add, ana, pad.agent_id, numbers)).new == 50
    with pytest.raises(TooManyTesters, match=r"200 test devices in all: 0 more"):
        await pad.do(testing.add, ana, pad.agent_id, "+628123456200")
    there = (await pad.look(testing.testers_of, ana, pad.agent_id)).testers
    assert len(there) == 200
    await pad.do(testing.mark, ana, there[0].id, there[0].version, Answer.REMOVED)
    assert (await pad.do(testing.add, ana, pad.agent_id, "+628123456200")).new == 1


async def test_an_agents_ticket_is_open_while_a_device_waits(pad: Pad) -> None:
    """Devices named before 8x8 made the agent keep its ticket open until they were invited and answered."""
    ana, rina = pad.people.ana, pad.people.rina
    await pad.do(pad.ask)
    await pad.do(testing.add, ana, pad.agent_id, "+14155552671")
    agent = await pad.agent()
    to_mend = deciding.Decision(AgentStatus.CHANGES_ASKED, field="description", words="Say what you send.")
    await pad.do(deciding.decide, rina, agent.id, agent.version, to_mend)
    assert await pad.ticket() == ("open", "customer")
    await pad.do(pad.ask)
    agent = await pad.agent()
    created = deciding.Decision(AgentStatus.CREATED, reference="agent-1")
    await pad.do(deciding.decide, rina, agent.id, agent.version, created)
    assert await pad.ticket() == ("open", "us")
    await pad.do(testing.invite, rina, agent.id)
    assert await pad.ticket() == ("open", "customer")
    (one,) = (await pad.look(testing.testers_of, ana, agent.id)).testers
    await pad.do(testing.mark, ana, one.id, one.version, Answer.ACCEPTED)
    assert await pad.ticket() == ("solved", "nobody")


async def test_an_item_is_given_looked_at_returned_and_given_again(pad: Pad) -> None:
    """A file counts once it was looked at; versions stay; a reason is asked; nobody accepts their own."""
    ana, rina = pad.people.ana, pad.people.rina
    with pytest.raises(Incomplete, match="Attach a file: PDF or Word"):
        await pad.do(giving.give, ana, pad.agent_id, "program_brief", {})
    with pytest.raises(Incomplete, match="10 MB"):
        await pad.do(giving.give, ana, pad.agent_id, "program_brief", {}, arrivals=[Arrival("F9", "x", 10_000_001)])
    row = await pad.do(giving.give, ana, pad.agent_id, "tmobile", {}, arrivals=[Arrival("F8", "x.pdf", 5)])
    sight = await pad.sight("tmobile")
    assert (sight.stand.status, sight.coming.name) == ("missing", "x.pdf")
    await pad.do(giving.file_refused, sight.files[0].id, "x.pdf is empty.")
    assert (await pad.sight("tmobile")).trouble == "x.pdf is empty."
    await pad.file("tmobile")
    sight = await pad.sight("tmobile")
    assert (sight.stand.status, sight.kept.number, sight.trouble) == ("given", 2, "")
    with pytest.raises(ReasonMissing):
        await pad.do(giving.decide, rina, row.id, sight.row.version, ItemStatus.RETURNED)
    await pad.do(giving.decide, rina, row.id, sight.row.version, ItemStatus.RETURNED, words="Sign it.")
    with pytest.raises(OutOfDate, match=r"returned.*U0RINA"):
        await pad.do(giving.decide, pad.people.budi, row.id, sight.row.version, ItemStatus.ACCEPTED)
    needs = await pad.look(Progress(Voices()).needs, ana)
    assert "support returned T-Mobile pre-approval file. Sign it." in str(needs)
    await pad.file("tmobile", who=rina)
    sight = await pad.sight("tmobile")
    assert (sight.stand.status, sight.row.words, len(sight.files)) == ("given", "", 3)
    with pytest.raises(OwnRequest):
        await pad.do(giving.decide, rina, row.id, sight.row.version, ItemStatus.ACCEPTED)
    await pad.do(giving.decide, pad.people.budi, row.id, sight.row.version, ItemStatus.ACCEPTED)
    assert (await pad.sight("tmobile")).stand.status == "accepted"


async def test_a_launch_is_asked_for_once_all_is_there(pad: Pad) -> None:
    """What is missing is named; an agent that is not made yet, no region, and a region twice are refused."""
    with pytest.raises(NoRegion):
        await pad.launch()
    with pytest.raises(ItemsMissing, match=r"4 items are still missing: Brand vetting form, Demo video, Testing on"):
        await pad.launch("SG")
    await pad.ready()
    with pytest.raises(ItemsMissing, match=r"2 items are still missing: RCS program brief, T-Mobile"):
        await pad.launch("SG", "US")
    launch = await pad.launch("SG")
    assert launch.answers["contact_email"] == "ana@kopi.example"
    assert await pad.statuses(launch) == dict.fromkeys(("singtel", "starhub", "m1", "simba"), "under_review")
    with pytest.raises(RegionAsked, match="Singapore"):
        await pad.launch("SG", "TH")

    def unmake(tx: Tx) -> None:
        tx.session.get_one(Agent, pad.agent_id).status = AgentStatus.REQUESTED

    await pad.do(unmake)
    with pytest.raises(NotCreatedYet):
        await pad.launch("TH")


async def test_carriers_decide_one_by_one_and_several_at_once(pad: Pad) -> None:
    """Sent, approved, live, rejected, amended, suspended, resumed, struck; who comes second is told; turns follow."""
    await pad.ready()
    launch = await pad.launch("SG")
    with pytest.raises(NotAllowed):
        await pad.decide(launch, Act.SENT, who=pad.people.ana)
    await pad.decide(launch, Act.SENT)
    assert await pad.turn(launch) == "operator"
    seen = [(row.id, row.version) for row in await pad.rows(launch)]
    await pad.decide(launch, Act.APPROVE, "singtel", "m1")
    with pytest.raises(OutOfDate, match=r"approved.*U0RINA"):
        await pad.do(carriers.decide, pad.people.budi, seen, Decision(Act.REJECT, "No."))
    with pytest.raises(NotPossible):
        await pad.decide(launch, Act.LIVE, "starhub")
    await pad.decide(launch, Act.LIVE, "singtel", "m1")
    with pytest.raises(ReasonMissing):
        await pad.decide(launch, Act.REJECT, "starhub")
    await pad.decide(launch, Act.REJECT, "starhub", words="Not a brand that we know.")
    await pad.decide(launch, Act.AMEND, "starhub", words="It was another agent.", amended_to="approved")
    await pad.decide(launch, Act.STRIKE, "simba", words="No RCS there.")
    await pad.decide(launch, Act.SUSPEND, "m1", words="Complaints.")
    assert await pad.statuses(launch) == {
        "singtel": "live", "starhub": "approved", "m1": "suspended", "simba": "withdrawn",
    }  # fmt: skip
    await pad.decide(launch, Act.RESUME, "m1")
    await pad.decide(launch, Act.LIVE, "starhub")
    assert await pad.turn(launch) == "nobody"
    lines = await pad.look(Progress(Voices()).stands, await pad.agent())
    assert "Live with 3 of 3 carriers · Singapore" in lines[-1]
    await pad.do(carriers.add_carrier, pad.people.rina, launch.id, "SG", "GOMO")
    with pytest.raises(CarrierThere):
        await pad.do(carriers.add_carrier, pad.people.rina, launch.id, "SG", "Gomo")
    assert (await pad.statuses(launch))["gomo"] == "under_review"
    number = (await pad.look(lambda tx: tx.session.get_one(Ticket, launch.ticket_id))).number
    told = await pad.look(why.why, pad.people.ana, number)
    assert all(event.by_support or event.actor == "U0ANA" for event in told)


async def test_staff_decide_on_nothing_that_they_sent_in(pad: Pad) -> None:
    """A member of staff who asked for a customer, or sent it again for one, leaves it to a colleague."""
    await pad.ready()
    launch = await pad.launch("SG", who=pad.people.rina)
    with pytest.raises(OwnRequest):
        await pad.decide(launch, Act.SENT)
    await pad.decide(launch, Act.ASK, who=pad.people.budi, words="Show STOP.", item="demo_video")
    with pytest.raises(OutOfDate):
        await pad.do(launching.resubmit, pad.people.budi, launch.id, launch.version + 9, "Shown.")
    await pad.do(launching.resubmit, pad.people.budi, launch.id, launch.version, "Shown.")
    with pytest.raises(OwnRequest):
        await pad.decide(launch, Act.SENT, who=pad.people.budi)


async def test_what_carriers_ask_is_mended_and_sent_again(pad: Pad) -> None:
    """Only what was not approved; an item that was returned meanwhile keeps it; what is left can be withdrawn."""
    ana = pad.people.ana
    await pad.ready()
    launch = await pad.launch("SG")
    await pad.decide(launch, Act.APPROVE, "singtel")
    await pad.decide(launch, Act.ASK, "starhub", "m1", words="Show STOP.", item="demo_video")
    assert "StarHub and M1 ask for changes" in str(await pad.look(Progress(Voices()).needs, ana))
    sight = await pad.sight("demo_video")
    await pad.do(giving.decide, pad.people.rina, sight.row.id, sight.row.version, ItemStatus.RETURNED, words="STOP.")
    with pytest.raises(ItemsMissing, match="1 item is still missing: Demo video"):
        await pad.do(launching.resubmit, ana, launch.id, launch.version, "")
    await pad.do(giving.give, ana, pad.agent_id, "demo_video", {LINK: "https://kopi.example/two"})
    again = await pad.do(launching.resubmit, ana, launch.id, launch.version, "Another video.")
    assert again.revision == 2
    assert await pad.statuses(launch) == {
        "singtel": "approved", "starhub": "under_review", "m1": "under_review", "simba": "under_review",
    }  # fmt: skip
    await pad.decide(launch, Act.LIVE, "singtel")
    await pad.do(launching.withdraw, ana, launch.id, again.version)
    assert set((await pad.statuses(launch)).values()) == {"live", "withdrawn"}
    with pytest.raises(OutOfDate):
        await pad.do(launching.withdraw, ana, launch.id, again.version + 1)


async def test_a_further_region_names_those_that_are_live(pad: Pad) -> None:
    """Google takes a request as the whole of what there is to be; what is live stays live."""
    await pad.ready()
    first = await pad.launch("SG")
    await pad.decide(first, Act.APPROVE)
    await pad.decide(first, Act.LIVE)
    second = await pad.launch("TH")
    assert (second.number, second.regions, second.repeats) == (2, ["TH"], ["SG"])
    assert set((await pad.statuses(first)).values()) == {"live"}
    here = await pad.look(launching.prospect, pad.people.ana, pad.agent_id)
    assert (list(here.launched), list(here.pending)) == (["SG"], ["TH"])


async def test_another_use_case_is_approved_again_before_it_counts(pad: Pad) -> None:
    """The old launch stays live until each carrier has the new one live; a promotion must be in the video."""
    ana = pad.people.ana
    with pytest.raises(NotLaunched):
        await pad.do(launching.change_use_case, ana, pad.agent_id, UseCase.MULTI_USE)
    await pad.ready()
    first = await pad.launch("SG")
    await pad.decide(first, Act.STRIKE, "starhub", "m1", "simba", words="Later.")
    await pad.decide(first, Act.APPROVE, "singtel")
    await pad.decide(first, Act.LIVE, "singtel")
    with pytest.raises(ItemsMissing, match="Demo video"):
        await pad.do(launching.change_use_case, ana, pad.agent_id, UseCase.MULTI_USE)
    shown = {SHOWN: ["opt_in", "transactional", "promotional", "stop"]}
    await pad.do(giving.give, ana, pad.agent_id, "demo_video", shown | {LINK: "https://kopi.example/two"})
    second = await pad.do(launching.change_use_case, ana, pad.agent_id, UseCase.MULTI_USE)
    with pytest.raises(ChangeUnderWay):
        await pad.do(launching.change_use_case, ana, pad.agent_id, UseCase.PROMOTIONAL)
    assert await pad.statuses(second) == {"singtel": "under_review"}
    assert ((await pad.statuses(first))["singtel"], (await pad.agent()).use_case) == ("live", "TRANSACTIONAL")
    await pad.decide(second, Act.APPROVE)
    await pad.decide(second, Act.LIVE)
    assert ((await pad.statuses(first))["singtel"], (await pad.agent()).use_case) == ("replaced", "MULTI_USE")


async def test_an_older_launch_does_not_bring_back_its_use_case(pad: Pad) -> None:
    """What was asked for before a change of the use case, and goes live after it, leaves the agent's as it became."""
    await pad.ready()
    first = await pad.launch("SG")
    await pad.decide(first, Act.APPROVE)
    await pad.decide(first, Act.LIVE, "singtel")
    shown = {SHOWN: ["opt_in", "transactional", "promotional", "stop"], LINK: "https://kopi.example/two"}
    await pad.do(giving.give, pad.people.ana, pad.agent_id, "demo_video", shown)
    second = await pad.do(launching.change_use_case, pad.people.ana, pad.agent_id, UseCase.MULTI_USE)
    await pad.decide(second, Act.APPROVE)
    await pad.decide(second, Act.LIVE)
    await pad.decide(first, Act.LIVE, "m1")
    assert (await pad.agent()).use_case == "MULTI_USE"
