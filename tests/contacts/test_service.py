"""What can be done with a contact file, and what cannot."""

import itertools

import pytest
from sqlalchemy import select

from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account
from bot.contacts import mirror, progress, results, rules, service, steps
from bot.contacts.answers import Group
from bot.contacts.rules import MOVES, Status
from bot.contacts.service import Arrival
from bot.contacts.tables import ContactFile
from bot.delivery.tables import DueRow, Message
from bot.delivery.transition import NotPossible
from bot.errors import NotFound, OutOfDate
from bot.storage.audit import AuditRow
from bot.storage.database import Database, Tx

ANA = Who("U0ANA", "T0SENDER", Role.CUSTOMER, "kopi", "C0KOPI")
CARLA = Who("U0CARLA", "T0SENDER", Role.CUSTOMER, "mart", "C0MART")
RINA = Who("U0RINA", "T0SENDER", Role.STAFF, None, "C0REVIEW")
ARRIVAL = Arrival("F1", "june.csv", 812, "C0KOPI", "1700000000.000100")
VERDICT = {"rows_total": 10, "rows_accepted": 8, "rows_rejected": 1, "rows_duplicate": 1, "needs_columns": None}
TROUBLE = {"sentence": "8x8 refused this.", "code": 1002, "error_id": "b4478860-b76c-e811-814e-022a35cc1c71"}


def accounts(tx: Tx) -> None:
    for name, number in (("kopi", 1), ("mart", 2)):
        provider = f"{number:08}-0000-4000-8000-000000000000"
        made = Account(id=name, provider_account_id=provider, name=name, created_by="U0RINA", created_at=tx.now)
        tx.session.add(made)


@pytest.fixture
async def desk(database: Database) -> Database:
    """A database with two customer accounts."""
    await database.write(accounts)
    return database


async def received(desk: Database) -> ContactFile:
    return await desk.write(service.receive, ANA, ARRIVAL)


async def checked(desk: Database, verdict: dict[str, object] = VERDICT) -> ContactFile:
    file = await received(desk)
    await desk.write(
        results.checked, file.id, file.version, verdict, accepted_keys=["contacts/x/a"], rejected_key="contacts/x/r"
    )
    return await desk.read(now, file.id)


async def submitted(desk: Database) -> ContactFile:
    file = await checked(desk)
    return await desk.write(service.submit, ANA, file.id, file.version)


async def running(desk: Database) -> ContactFile:
    file = await submitted(desk)
    (batch,) = file.batches
    await desk.write(progress.sending, batch.id)
    await desk.write(progress.batch_began, batch.id, "b-1", {"status": "queued"})
    return await desk.read(now, file.id)


def now(tx: Tx, file_id: str) -> ContactFile:
    return tx.session.get_one(ContactFile, file_id)


def due(tx: Tx) -> set[tuple[str, str]]:
    return {(row.kind, row.key) for row in tx.session.scalars(select(DueRow).where(DueRow.state == "pending"))}


def told(tx: Tx) -> list[tuple[str, str, str]]:
    messages = tx.session.scalars(select(Message).order_by(Message.created_at, Message.kind))
    return [(message.kind, message.medium, message.place) for message in messages]


def acts(tx: Tx) -> list[tuple[str, str | None, str | None, str | None]]:
    rows = tx.session.scalars(select(AuditRow).order_by(AuditRow.id))
    return [(row.act, row.actor, row.from_status, row.to_status) for row in rows]


async def test_a_file_that_came_in_has_its_card_and_its_check(desk: Database) -> None:
    """Receiving keeps the file, tells its card in the thread, and has it checked; all in one transaction."""
    file = await received(desk)
    assert (file.status, file.account_id, file.thread_ts) == ("checking", "kopi", ARRIVAL.thread_ts)
    assert await desk.read(told) == [(steps.CARD, "slack", "C0KOPI")]
    assert {(steps.CHECK, file.id), (steps.GROUPS, "kopi")} < await desk.read(due)
    assert await desk.read(acts) == [("contacts:file:received", "U0ANA", None, None)]


async def test_a_file_that_is_delivered_twice_comes_in_once(desk: Database) -> None:
    """The same Slack file in the same place is the same contact file."""
    first, second = await received(desk), await received(desk)
    assert first.id == second.id
    assert len(await desk.read(acts)) == 1


async def test_another_account_does_not_see_the_file(desk: Database) -> None:
    """Every act on a file of somebody else's answers as if there were none."""
    file = await checked(desk)
    for act in (service.submit, service.cancel, service.check_again):
        with pytest.raises(NotFound):
            await desk.write(act, CARLA, file.id, file.version)
    for act, *more in ((service.ask_rejected,), (service.pick_groups, ["VIP"])):
        with pytest.raises(NotFound):
            await desk.write(act, CARLA, file.id, *more)
    for look, *more in ((service.of_account,), (service.groups_like, "")):
        args = [CARLA, file.id, *more]
        with pytest.raises(NotFound):
            await desk.read(look, *args)
    assert (await desk.read(now, file.id)).status == "checked"


async def test_staff_may_act_for_every_account(desk: Database) -> None:
    """Support can submit a customer's file when asked to."""
    file = await checked(desk)
    assert (await desk.write(service.submit, RINA, file.id, file.version)).submitted_by == "U0RINA"


async def test_the_second_click_is_told_who_was_first(desk: Database) -> None:
    """Two colleagues press Submit: one submits, the other reads who did."""
    file = await checked(desk)
    await desk.write(service.submit, ANA, file.id, file.version)
    with pytest.raises(OutOfDate, match="already submitted by <@U0ANA>"):
        await desk.write(service.submit, RINA, file.id, file.version)
    assert [act for act, *_ in await desk.read(acts)].count("contacts:file:submitted") == 1


async def test_an_old_button_does_nothing(desk: Database) -> None:
    """A card drawn before a new check cannot submit what that check found."""
    file = await checked(desk)
    again = await desk.write(service.read_as, ANA, file.id, file.version, "PH")
    await desk.write(results.checked, file.id, again.version, VERDICT, accepted_keys=["contacts/x/a"])
    with pytest.raises(OutOfDate):
        await desk.write(service.submit, ANA, file.id, file.version)


@pytest.mark.parametrize(("status", "to"), list(itertools.product(Status, Status)))
def test_the_moves_are_closed(status: Status, to: Status) -> None:
    """Every status has its moves; a batch that runs or is on its way cannot be cancelled; completed is the end."""
    allowed = to in MOVES[status]
    if status in {Status.SUBMITTING, Status.RUNNING}:
        assert not (allowed and to in {Status.CANCELLED, Status.CHECKING})
    if status == Status.COMPLETED:
        assert not allowed
    if to == Status.CHECKING and allowed:
        assert status not in rules.SUBMITTED
    assert not (allowed and status == to)


async def test_what_is_with_8x8_cannot_be_cancelled(desk: Database) -> None:
    """There is no call that stops a batch, so the button's old click is refused with the reason."""
    file = await submitted(desk)
    with pytest.raises(NotPossible, match="it is submitting now"):
        await desk.write(service.cancel, ANA, file.id, file.version)


async def test_nothing_good_cannot_be_submitted(desk: Database) -> None:
    """A file without one accepted row is not sent."""
    file = await checked(desk, VERDICT | {"rows_accepted": 0})
    with pytest.raises(rules.NothingToSubmit, match=r"june\.csv"):
        await desk.write(service.submit, ANA, file.id, file.version)


async def test_groups_are_at_most_ten_and_named_once(desk: Database) -> None:
    """The API takes ten groups; a name that was picked twice counts once, and blanks around it do not."""
    file = await checked(desk)
    file = await desk.write(service.pick_groups, ANA, file.id, ["VIP", " VIP ", "Members"])
    assert [group["name"] for group in file.groups] == ["VIP", "Members"]
    with pytest.raises(rules.TooManyGroups, match="picked 11"):
        await desk.write(service.pick_groups, ANA, file.id, [f"g{n}" for n in range(11)])
    with pytest.raises(rules.GroupNameTooLong):
        await desk.write(service.pick_groups, ANA, file.id, ["x" * 101])


async def test_known_groups_keep_their_ids(desk: Database) -> None:
    """What 8x8 has is chosen by its id, whatever else is in the account; an unknown name has none yet."""
    file = await checked(desk)
    await desk.write(mirror.seen, "kopi", [Group(7, "VIP", contacts=3), Group(9, "Blocked", is_blacklist=True)], 3)
    await desk.write(mirror.seen, "mart", [Group(8, "Suki", contacts=1)], 1)
    file = await desk.write(service.pick_groups, ANA, file.id, ["VIP", "Suki"])
    assert file.groups == [{"name": "VIP", "id": 7}, {"name": "Suki", "id": None}]
    assert [group.name for group in await desk.read(service.groups_like, ANA, file.id, "i")] == ["VIP"]


@pytest.mark.parametrize("status", ["completed", "failed", "stopped", "timeout"])
async def test_the_last_word_of_8x8_is_told_once(desk: Database, status: str) -> None:
    """Card, news in the thread and an e-mail follow the end of a batch; a late second word changes nothing."""
    file = await running(desk)
    await desk.write(results.fetched, file.id, source_key="contacts/x/s", size=1, sha256="0", email="ana@kopi.example")
    for _ in range(2):
        await desk.write(progress.polled, file.id, {file.batches[0].id: {"status": status, "inserted_rows": 8}})
    file = await desk.read(now, file.id)
    assert (file.status, file.batches[0].answer) == (status, {"status": status, "inserted_rows": 8})
    kinds = [(kind, medium) for kind, medium, _ in await desk.read(told)]
    assert sorted(kinds) == [("contacts.card", "slack"), ("contacts.mail", "email"), ("contacts.outcome", "slack")]


@pytest.mark.parametrize("status", ["queued", "inProgress", "somethingNew"])
async def test_a_batch_that_runs_is_looked_at_again(desk: Database, status: str) -> None:
    """Every word that is no end, also one that nobody knows yet, means: poll on."""
    file = await running(desk)
    await desk.write(progress.polled, file.id, {file.batches[0].id: {"status": status}})
    file = await desk.read(now, file.id)
    assert (file.status, file.batches[0].answer, file.polls) == ("running", {"status": status}, 1)
    assert (steps.POLL, file.id) in await desk.read(due)


async def test_a_refused_file_can_be_submitted_again(desk: Database) -> None:
    """A refusal of the API is told with its facts, and is not the end."""
    file = await submitted(desk)
    await desk.write(progress.refused, file.batches[0].id, TROUBLE)
    file = await desk.read(now, file.id)
    assert (file.status, file.trouble) == ("refused", TROUBLE)
    again = await desk.write(service.submit, ANA, file.id, file.version)
    assert (again.submissions, again.trouble) == (2, None)


async def test_a_verdict_for_a_cancelled_file_is_dropped(desk: Database) -> None:
    """Who cancels while the check runs has cancelled."""
    file = await received(desk)
    file = await desk.write(service.cancel, ANA, file.id, file.version)
    await desk.write(results.checked, file.id, file.version, VERDICT)
    await desk.write(results.unreadable, file.id, file.version, "broken")
    assert (await desk.read(now, file.id)).status == "cancelled"


async def test_a_verdict_on_an_older_reading_is_dropped(desk: Database) -> None:
    """Somebody chose other columns; a process that was paused since before that comes with its verdict now."""
    old = await received(desk)
    file = await checked_again(desk, old)
    args = {"accepted_keys": ["contacts/x/old"]}
    await desk.write(results.checked, old.id, old.version, VERDICT, **args)
    await desk.write(results.unreadable, old.id, old.version, "broken")
    assert not await desk.write(results.progressed, old.id, old.version, 1, 2)
    assert (await desk.read(now, file.id)).status == "checking"
    await desk.write(results.checked, file.id, file.version, VERDICT | {"rows_accepted": 7}, **args)
    assert (await desk.read(now, file.id)).verdict["rows_accepted"] == 7


async def checked_again(desk: Database, file: ContactFile) -> ContactFile:
    await desk.write(results.checked, file.id, file.version, VERDICT)
    file = await desk.read(now, file.id)
    return await desk.write(service.check_again, ANA, file.id, file.version, service.Choice(country="ID"))


async def test_a_cancelled_file_is_deleted_later_unless_it_is_taken_up_again(desk: Database, clock) -> None:
    """Cancelling can be taken back for a day; then the bytes go, and the counts stay."""
    file = await checked(desk, VERDICT | {"preview": [["+6281234567801", "Ani"]]})
    await desk.write(results.fetched, file.id, source_key="contacts/x/s", size=1, sha256="0", email="")
    file = await desk.write(service.cancel, ANA, file.id, file.version)
    assert (steps.PURGE, file.id) in await desk.read(due)
    assert len(await desk.read(results.stored_keys, file.id)) == 3
    await desk.write(results.purged, file.id)
    file = await desk.read(now, file.id)
    assert (file.source_key, file.batches[0].accepted_key, file.rejected_key) == (None, None, None)
    assert file.verdict == VERDICT | {"preview": []}
    await desk.write(service.check_again, ANA, file.id, file.version)
    assert await desk.read(results.stored_keys, file.id) == []


async def test_a_file_that_two_processes_hear_of_at_the_same_moment_comes_in_once(desk: Database, at_once) -> None:
    """Slack delivers again while the first delivery is still being saved: both find the same file."""
    first, second = await at_once(service.receive, ANA, ARRIVAL)
    assert first.id == second.id
    assert [act for act, *_ in await desk.read(acts)] == ["contacts:file:received"]


async def test_the_same_bytes_are_recognised_within_the_account(desk: Database, clock) -> None:
    """An earlier upload of the same bytes is named; one of another account is nobody's business."""
    first = await received(desk)
    clock.advance(minutes=1)
    theirs = await desk.write(service.receive, CARLA, Arrival("F2", "b.csv", 1, "C0MART", "1.2"))
    again = await desk.write(service.receive, ANA, Arrival("F3", "c.csv", 1, "C0KOPI", "1.3"))
    for file in (first, theirs, again):
        await desk.write(results.fetched, file.id, source_key="contacts/x/s", size=1, sha256="same", email="")

    def twins(tx: Tx) -> list[str | None]:
        found = [service.twin(tx, now(tx, file.id)) for file in (first, theirs, again)]
        return [twin.id if twin else None for twin in found]

    assert await desk.read(twins) == [None, None, first.id]


async def test_rejected_rows_are_brought_once(desk: Database) -> None:
    """Asking twice brings one file; a new check has its own."""
    file = await checked(desk)
    assert await desk.write(service.ask_rejected, ANA, file.id)
    assert await desk.write(service.ask_rejected, ANA, file.id)
    brought = [kind for kind, medium, _ in await desk.read(told) if medium == "file"]
    assert brought == ["contacts.rejected"]
