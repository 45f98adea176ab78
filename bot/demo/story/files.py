"""Contact files, from the channel to 8x8 and back."""

from bot.demo.story.told import PATIENCE, Told, WentWrong, everything
from bot.sandbox import samples
from bot.sandbox.faults import Fault
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT, MART, MART_ACCOUNT
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.records import Message

REJECTED = 42
"""Rows of the sample file contacts-1000.csv that cannot be used, by its maker's own count."""


async def upload(actor: Actor, channel: str, name: str) -> Message:
    """Drop one of the sample files into a channel."""
    return await actor.upload(channel, name, samples.BY_NAME[name].data)


async def a_file_is_checked(told: Told) -> None:
    """Ana drops 1,000 contacts into the channel, and every number is checked."""
    file = await upload(told.ana, KOPI, "contacts-1000.csv")
    await told.card(told.ana, KOPI, file, "Checked", "*Rows* 1,000", "*Good* 950", "*Rejected* 42", "*Duplicates* 8")


def last_file(actor: Actor, channel: str, name: str) -> Message:
    """The newest message that brought this file."""
    return [one for one in actor.sees(channel) if any(file.name == name for file in one.files)][-1]


async def rejected_rows_come_back(told: Told) -> None:
    """Ana gets the rejected rows back, each with its number and the reason."""
    file = last_file(told.ana, KOPI, "contacts-1000.csv")
    card = await told.card(told.ana, KOPI, file, "Checked")
    told.take()
    await told.ana.click(card, "Download rejected")
    rejected = (await told.card(told.ana, KOPI, file, "The rejected rows of")).files[0]
    rows = rejected.data.decode("utf-8-sig").splitlines()
    told.say("\n".join(rows[:4]))
    told.check(rows[0].split(",")[0] == "row", f"the rejected rows begin with {rows[0]}")
    told.check(len(rows) - 1 == REJECTED, f"there are {len(rows) - 1} rejected rows")


async def groups_are_picked(told: Told) -> None:
    """Ana picks a group that 8x8 has and names a new one."""
    file = last_file(told.ana, KOPI, "contacts-1000.csv")
    card = await told.card(told.ana, KOPI, file, "Checked")
    await told.ana.choose(card, "contacts:groups", ["Members", "June campaign"])
    told.take()
    await told.world.until(
        lambda: "June campaign" in str(last_card(told.ana, KOPI, file).blocks),
        PATIENCE,
        "the card never had the new group",
    )
    told.say("Groups: Members, June campaign")


def last_card(actor: Actor, channel: str, file: Message) -> Message:
    """The card in a file's thread."""
    return next(one for one in actor.sees(channel, file.ts) if one.user == "U0DESK" and one.blocks)


async def a_file_is_submitted(told: Told) -> None:
    """Ana submits the good rows, 8x8 works through them, and the end is told in the thread."""
    file = last_file(told.ana, KOPI, "contacts-1000.csv")
    card = last_card(told.ana, KOPI, file)
    await told.ana.click(card, "contacts:submit")
    await told.card(told.ana, KOPI, file, "Completed", "Batch")
    await told.news(told.ana, KOPI, file, "Completed", "950 contacts")
    groups = {group.name for group in told.at_8x8(KOPI_ACCOUNT).book.groups.values()}
    told.check("June campaign" in groups, "8x8 did not get the new group")


async def the_end_comes_by_mail(told: Told) -> None:
    """Ana finds the same in her mailbox."""
    mail = await told.world.until(
        lambda: next((one for one in told.world.mailbox.mails if "contacts-1000.csv" in one.subject), None), PATIENCE
    )
    told.say(f"{mail.subject}\n{mail.text}")
    told.check("950" in mail.text, "the mail does not say how many contacts went in")


async def the_same_bytes_again(told: Told) -> None:
    """Ben uploads the same bytes again: the desk recognises them, and he cancels."""
    file = await upload(told.ben, KOPI, "contacts-1000.csv")
    card = await told.card(told.ben, KOPI, file, "The same bytes came before")
    await told.ben.click(card, "Cancel")
    await told.card(told.ben, KOPI, file, "Cancelled")


async def a_workbook_with_several_phones(told: Told) -> None:
    """Ben uploads an export with three phone columns and a hidden sheet: the mobile one is taken, the rest named."""
    file = await upload(told.ben, KOPI, "hubspot-export.xlsx")
    await told.card(told.ben, KOPI, file, "Checked", "Mobile", "Not sent", "Hidden sheets")


async def a_thai_file(told: Told) -> None:
    """Carla uploads a Thai file in Windows-874; she says that its numbers are Thai."""
    file = await upload(told.carla, MART, "customers-thai.csv")
    card = await told.card(told.carla, MART, file, "Checked", "Read as +66")
    await told.carla.click(card, "Read as +66")
    await told.card(told.carla, MART, file, "Checked", "those of Thailand")


async def an_old_workbook(told: Told) -> None:
    """Carla uploads a workbook from an old Excel."""
    file = await upload(told.carla, MART, "members.xls")
    await told.card(told.carla, MART, file, "Checked", "sheet")


async def columns_are_named(told: Told) -> None:
    """Carla uploads a file without a header, and says what its columns are."""
    rows = b"Reyes,0917 123 4567,A-1\nSantos,0917 123 4568,A-2\nCruz,0917 123 4569,A-3\n"
    file = await told.carla.upload(MART, "no-header.csv", rows)
    card = await told.card(told.carla, MART, file, "Needs your columns")
    await told.carla.click(card, "Choose columns")
    view = told.carla.view()
    if view is None:
        raise WentWrong("the form did not open")
    for block, target in (("column:0", "Last name"), ("column:1", "Phone number"), ("column:2", "Not used")):
        await told.carla.choose(view, "target", target, block=block)
    await told.carla.fill("header", "no")
    await told.carla.choose(view, "contacts:country_pick", "PH")
    told.check(await told.carla.submit() is None, "the columns were refused")
    await told.card(told.carla, MART, file, "Checked", "*Good* 3")


async def what_is_no_contact_file(told: Told) -> None:
    """Ana uploads a text that was renamed to a workbook, and reads what it is and what to do."""
    file = await upload(told.ana, KOPI, "not-a-workbook.xlsx")
    await told.card(told.ana, KOPI, file, "Cannot be read")


async def strangers_stay_out(told: Told) -> None:
    """Otto of another workspace sits in the channel, presses a button, and is told why not."""
    file = last_file(told.ben, KOPI, "hubspot-export.xlsx")
    card = last_card(told.ben, KOPI, file)
    seen = len(told.otto.sees(KOPI, file.ts))
    await told.otto.click(card, "contacts:submit")
    told.check("Checked" in everything(last_card(told.ben, KOPI, file)), "a stranger changed the file")
    answer = told.otto.sees(KOPI, file.ts)[seen:]
    told.check(bool(answer), "Otto was told nothing")
    told.say(answer[-1].text)


async def a_refusal_of_8x8(told: Told) -> None:
    """8x8 refuses a file: Ben reads the code and the error ID, and submits again."""
    body = '{"code":1002,"message":"Invalid MSISDN format (not E.164 international number)",'
    body += '"errorId":"b4478860-b76c-e811-814e-022a35cc1c71","timestamp":"2018-08-04T09:25:40.9235752+00:00"}'
    fault = Fault("contacts:createContacts", "status", status=400, body=body, content_type="application/json")
    told.world.faults.add(fault)
    file = last_file(told.ben, KOPI, "hubspot-export.xlsx")
    await told.ben.click(last_card(told.ben, KOPI, file), "contacts:submit")
    card = await told.card(
        told.ben, KOPI, file, "Refused by 8x8", "1002", "b4478860-b76c-e811-814e-022a35cc1c71", "Submit again"
    )
    await told.ben.click(card, "contacts:submit")
    await told.news(told.ben, KOPI, file, "Completed")


async def an_unclear_answer(told: Told) -> None:
    """8x8 takes a file but hangs up: the desk looks there first, and nothing goes in twice."""
    told.world.faults.add(Fault("contacts:createContacts", "drop", when="after"))
    batches = told.at_8x8(MART_ACCOUNT).batches
    before = len(batches)
    file = last_file(told.carla, MART, "members.xls")
    await told.carla.click(last_card(told.carla, MART, file), "contacts:submit")
    await told.news(told.carla, MART, file, "Completed")
    told.check(len(batches) == before + 1, f"8x8 got {len(batches) - before} batches")


async def a_batch_that_fails(told: Told) -> None:
    """A batch fails at 8x8: Carla reads it, and what she can do."""
    told.world.contacts.script("queued", "inProgress", "failed", seconds=0.5)
    file = last_file(told.carla, MART, "no-header.csv")
    await told.carla.click(last_card(told.carla, MART, file), "contacts:submit")
    await told.card(told.carla, MART, file, "Failed at 8x8", "Submit again")
