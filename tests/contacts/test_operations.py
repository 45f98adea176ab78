"""Copies, moves and deletions on their way to 8x8: followed to each end, and never done twice by themselves."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.rules import Role, Who
from bot.contacts import mirror
from bot.contacts.answers import Group
from bot.contacts.operations import rules, service
from bot.contacts.operations.card import OperationCard
from bot.contacts.operations.messages import Drawings
from bot.contacts.operations.rules import Kind
from bot.contacts.operations.service import Came, Sure
from bot.contacts.operations.steps import ASKED, CARD, ENDED, FOLLOW, OPERATE
from bot.contacts.operations.tables import ContactOperation
from bot.contacts.stored import COUNTERS
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.delivery.worker import Hold
from bot.errors import NotFound, OutOfDate
from bot.sandbox.contacts_api import Script
from bot.sandbox.faults import Fault
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT
from bot.storage.audit import AuditRow

ANA = Who("U0ANA", "T0SENDER", Role.CUSTOMER, "kopi", KOPI)
RINA = Who("U0RINA", "T0SENDER", Role.STAFF, "kopi", KOPI)
CARLA = Who("U0CARLA", "T0SENDER", Role.CUSTOMER, "mart", "C0MART")
NUMBERS = ["+6281234567801", "+6281234567802", "+6281234567803"]
QUICK = Script(("queued", "completed"), seconds=1)


class Desk:
    """What a person asks, and what comes of it."""

    def __init__(self, works: Any) -> None:
        self.works = works
        self.kopi = works.world.contacts.account(KOPI_ACCOUNT)
        self.members, self.news = self.kopi.book.groups.values()
        for number in NUMBERS:
            contact, _ = self.kopi.book.merge({"msisdn": number}, {})
            self.kopi.book.join(contact, self.members.id)

    async def ask(self, use_case: Any, *args: Any, who: Who = ANA) -> ContactOperation:
        """Ask for something; the row."""
        await self.works.database.write(use_case, who, *args)
        return await self.row()

    async def copy(self, who: Who = ANA, key: str = "1") -> ContactOperation:
        """Copy the members to the newsletter's group."""
        pair = (self.members.id, self.news.id)
        return await self.ask(service.ask_between, Kind.COPY, pair, Came(key), who=who)

    async def row(self) -> ContactOperation:
        """The newest operation, as it stands."""
        newest = select(ContactOperation).order_by(ContactOperation.asked_at.desc()).limit(1)
        return await self.works.database.read(lambda tx: tx.session.scalars(newest).one())

    async def shown(self) -> str:
        """Its card."""
        return str(OperationCard(Voices(), await self.row(), "Kopi Nusantara").draw().blocks)

    async def told(self) -> list[str]:
        """What is told, by kind."""
        return sorted(await self.works.database.read(lambda tx: tx.session.scalars(select(Message.kind)).all()))

    async def looks(self, times: int) -> None:
        """8x8's list is looked through so many times."""
        for _ in range(times):
            await self.works.goes_on(OPERATE)
            await self.works.run(OPERATE)

    async def end(self) -> ContactOperation:
        """8x8 comes to its end, and is asked."""
        self.works.world.contacts.advance(10)
        await self.works.goes_on(FOLLOW)
        assert await self.works.run(FOLLOW) == "done"
        return await self.row()

    @property
    def batches(self) -> int:
        """How many batches 8x8 has."""
        return len(self.works.batches())


@pytest.fixture
async def desk(works: Any) -> Desk:
    """A desk whose people know 8x8's groups."""
    works.world.contacts.normal = QUICK
    made = Desk(works)
    groups = [Group(group.id, group.name, contacts=len(group.members)) for group in (made.members, made.news)]
    await works.database.write(mirror.seen, "kopi", groups, 3)
    return made


# To every end


async def test_a_copy_is_sent_once_and_followed_to_its_end(desk: Desk) -> None:
    """Asked twice by the same delivery it is one; the card tells each step, the thread the end, the audit all of it."""
    await desk.copy(RINA)
    operation = await desk.copy(RINA)
    assert (operation.status, operation.by_staff) == ("waiting", True)
    assert "All 3 contacts of *Members* go to *Newsletter Jakarta* as well" in await desk.shown()
    assert await desk.works.run(OPERATE) == "done"
    assert ((await desk.row()).status, desk.batches) == ("running", 1)
    assert "🕒 Queued" in await desk.shown()
    operation = await desk.end()
    assert (operation.status, len(desk.news.members)) == ("completed", 3)
    assert "of support, for Kopi Nusantara" in await desk.shown()
    assert await desk.told() == [CARD, ENDED]
    acts = select(AuditRow.act).where(AuditRow.subject_id == operation.id).order_by(AuditRow.id)
    said = await desk.works.database.read(lambda tx: tx.session.scalars(acts).all())
    assert said == [f"contacts:operation:{act}" for act in ("asked", "sending", "running", "completed")]


@pytest.mark.parametrize("end", ["failed", "stopped", "timeout"])
async def test_a_bad_end_is_told_and_done_again_by_a_persons_word(desk: Desk, end: Any) -> None:
    """Nothing is repeated before; then it is a second batch."""
    desk.works.world.contacts.script("queued", end, seconds=1)
    await desk.copy()
    await desk.works.run(OPERATE)
    operation = await desk.end()
    assert operation.status == end
    assert "Try again" in await desk.shown()
    await desk.ask(service.do_again, operation.id, operation.version)
    with pytest.raises(OutOfDate):
        await desk.ask(service.do_again, operation.id, operation.version)
    await desk.works.run(OPERATE)
    assert ((await desk.end()).status, desk.batches) == ("completed", 2)


async def test_rows_with_errors_are_told_though_it_completed(desk: Desk) -> None:
    """If 8x8 counts some, the card says so."""
    await desk.copy()
    await desk.works.run(OPERATE)
    operation = await desk.end()
    operation.answer = {"status": "completed", **dict.fromkeys(COUNTERS, 2)}
    assert "2 rows could not be worked on" in str(OperationCard(Voices(), operation, "Kopi").draw().blocks)


# Lost answers


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_lost_answer_is_looked_for_and_never_sent_again_by_itself(desk: Desk, when: Any) -> None:
    """Found in the list it is followed; not found, a person is asked after some looks, who may have it sent again."""
    desk.works.world.faults.add(Fault("contacts:copyContacts", "drop", when=when))
    await desk.copy()
    await desk.works.run(OPERATE)
    assert (await desk.row()).status == "sending"
    await desk.looks(1 if when == "after" else rules.LOOKS)
    operation = await desk.row()
    assert (operation.status, desk.batches) == (("running", 1) if when == "after" else ("unsure", 0))
    if when == "before":
        shown = await desk.shown()
        assert all(word in shown for word in ("Look again", "Send it again", "Leave it"))
        await desk.ask(service.do_again, operation.id, operation.version)
        await desk.works.run(OPERATE)
    assert ((await desk.end()).status, desk.batches) == ("completed", 1)


async def test_between_several_that_fit_a_person_decides(desk: Desk) -> None:
    """Another program began the same kind of batch meanwhile: both are named, nothing is sent, and it may be left."""
    kopi, world = desk.kopi, desk.works.world
    desk.works.world.faults.add(Fault("contacts:copyContacts", "drop", when="after"))
    await desk.copy()
    await desk.works.run(OPERATE)
    other = world.contacts.start(kopi, "copyContacts", lambda: None)
    await desk.looks(1)
    operation = await desk.row()
    assert (operation.status, desk.batches) == ("unsure", 2)
    assert other.id in await desk.shown()
    await desk.ask(service.leave, operation.id, operation.version)
    assert (await desk.row()).status == "cancelled"


async def test_a_look_that_is_refused_is_no_refusal_of_what_was_sent(desk: Desk) -> None:
    """8x8 may have it: a person is asked, and nothing offers to try again as if it were not there."""
    world = desk.works.world
    world.faults.add(Fault("contacts:copyContacts", "drop", when="after"))
    await desk.copy()
    await desk.works.run(OPERATE)
    world.faults.add(Fault("contacts:listBatches", "status", status=400, body="{}", content_type="application/json"))
    await desk.looks(1)
    operation = await desk.row()
    assert operation.status == "unsure"
    await desk.ask(service.look_again, operation.id, operation.version)
    await desk.looks(1)
    assert ((await desk.end()).status, desk.batches) == ("completed", 1)


async def test_a_killed_process_is_taken_over_by_a_look(desk: Desk) -> None:
    """8x8 took it, and the process died before it wrote that down: the next one finds it."""
    await desk.copy()

    async def dies(*_args: object) -> None:
        raise RuntimeError("killed")

    write, kind = desk.works.database.write, desk.works.kinds[OPERATE]
    claimed = await desk.row()
    (jobs,) = {kind.run.__self__}

    class Dying:
        """The database of a process that dies when 8x8 has answered."""

        read = desk.works.database.read

        async def write(self, f: Any, *args: Any) -> Any:
            return await (dies() if f.__name__ == "began" else write(f, *args))

    jobs._database, alive = Dying(), jobs._database
    with pytest.raises(RuntimeError, match="killed"):
        await desk.works.run(OPERATE)
    jobs._database = alive
    desk.works.clock.advance(minutes=5)
    await desk.works.run(OPERATE)
    operation = await desk.row()
    assert (operation.id, operation.status, desk.batches) == (claimed.id, "running", 1)


async def test_while_8x8_is_away_it_waits_and_may_be_cancelled(desk: Desk) -> None:
    """Nothing reached 8x8: the card says so, and a person may take it back."""
    desk.works.world.faults.add(Fault("contacts:copyContacts", "status", status=429, headers={"Retry-After": "7"}))
    await desk.copy()
    await desk.works.run(OPERATE)
    operation = await desk.row()
    assert (operation.status, await desk.works.pause(OPERATE)) == ("waiting", 7)
    shown = await desk.shown()
    assert all(word in shown for word in ("too much to do just now", "Cancel"))
    await desk.ask(service.leave, operation.id, operation.version)
    assert desk.batches == 0


async def test_without_a_key_it_waits_until_there_is_one(desk: Desk) -> None:
    """The card says so; with the key it is done, once."""
    taken = desk.kopi.keys.copy()
    desk.kopi.keys.clear()
    await desk.copy()
    assert await desk.works.run(OPERATE) == "no key"
    assert ((await desk.row()).status, await desk.works.pause(OPERATE)) == ("waiting", 300)
    assert "has no key for this account at 8x8 yet" in await desk.shown()
    desk.kopi.keys |= taken
    await desk.works.goes_on(OPERATE)
    assert await desk.works.run(OPERATE) == "done"
    assert ((await desk.row()).status, desk.batches) == ("running", 1)


async def test_a_refusal_tells_code_and_error_id(desk: Desk) -> None:
    """A group that is gone by now; asked again it is asked again."""
    await desk.copy()
    desk.kopi.book.remove_group(desk.news.id)
    await desk.works.run(OPERATE)
    assert (await desk.row()).status == "refused"
    shown = await desk.shown()
    assert all(word in shown for word in ("Unable to find group", "code 1000", "error ID", "Try again"))


# Deleting


async def test_numbers_go_in_parts_one_after_the_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next part is sent when the one before has come to its end; then the numbers are forgotten here."""
    monkeypatch.setattr(rules, "NUMBERS_AT_ONCE", 2)
    operation = await desk.ask(service.ask_delete_numbers, NUMBERS, Came("1"))
    assert operation.parts == 2
    for part in (0, 1):
        assert (await desk.row()).part == part
        await desk.works.run(OPERATE)
        operation = await desk.end()
    assert (operation.status, len(operation.batches), desk.kopi.book.contacts) == ("completed", 2, {})
    assert operation.what == {"count": 3}
    assert await desk.told() == [CARD, ASKED, ENDED]
    written = str(await desk.works.database.read(_audit))
    assert not any(number in written for number in NUMBERS)


def _audit(tx: Any) -> list[Any]:
    return [row.facts for row in tx.session.scalars(select(AuditRow))]


async def test_all_and_groups_with_contacts_need_the_name(desk: Desk) -> None:
    """The account's name for all and for several groups, the group's for one; the staff's line says who asked."""
    both = [desk.members.id, desk.news.id]
    for use_case, args in (
        (service.ask_delete_all, (Sure("Kop", "name"), Came("1"))),
        (service.ask_delete_groups, (both, Sure("Members", "name"), Came("2"))),
        (service.ask_delete_groups, (both[:1], Sure("Kopi", "name"), Came("3"))),
    ):
        with pytest.raises(rules.WrongName):
            await desk.ask(use_case, *args)
    operation = await desk.ask(service.ask_delete_groups, both[:1], Sure("Members", "name"), Came("4"))
    await desk.works.run(OPERATE)
    await desk.end()
    assert (desk.kopi.book.contacts, list(desk.kopi.book.groups)) == ({}, [desk.news.id])
    message = Message(kind=ASKED, key=operation.id)
    line = await desk.works.database.read(lambda tx: Drawings(Voices()).asked(tx, message))
    assert all(word in str(line.blocks) for word in ("*Kopi*", "with all their contacts", "<@U0ANA>"))


async def test_nobody_reaches_what_is_anothers(desk: Desk) -> None:
    """Groups and operations of another account are not found."""
    operation = await desk.copy()
    for use_case, args in (
        (service.between, (Kind.COPY, desk.members.id, desk.news.id)),
        (service.groups_to_delete, ([desk.members.id],)),
        (service.do_again, (operation.id, 1)),
        (service.leave, (operation.id, 1)),
    ):
        more = {"with_contacts": True} if use_case is service.groups_to_delete else {}
        with pytest.raises(NotFound):
            await desk.works.database.write(use_case, CARLA, *args, **more)


# Single calls


async def test_a_single_call_whose_answer_was_lost_is_seen_in_what_it_changed(desk: Desk) -> None:
    """Blocking was done: it is found out by a look, and not asked again."""
    desk.works.world.faults.add(Fault("contacts:createGroup", "drop", when="after"))
    await desk.ask(service.ask_new_group, {"name": "Fans", "description": "Often here"}, Came("1", "no-window"))
    await desk.works.run(OPERATE)
    await desk.looks(1)
    operation = await desk.row()
    assert (operation.status, operation.answer) == ("completed", {"group_id": max(desk.kopi.book.groups)})
    assert sum(group.name == "Fans" for group in desk.kopi.book.groups.values()) == 1


async def test_a_group_that_is_not_empty_any_more_stays(desk: Desk) -> None:
    """8x8 is asked once more before it goes."""
    await desk.ask(service.ask_drop_group, desk.members.id, Came("1"))
    await desk.works.run(OPERATE)
    operation = await desk.row()
    assert operation.status == "refused"
    assert "Members is not empty" in operation.trouble["sentence"]
    assert desk.members.id in desk.kopi.book.groups


async def test_one_whose_lease_is_over_sends_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else may have begun it by then."""
    await desk.copy()
    monkeypatch.setattr(Hold, "fresh", lambda _hold: False)
    assert await desk.works.run(OPERATE) == "the lease is nearly over"
    assert ((await desk.row()).status, desk.batches) == ("waiting", 0)
