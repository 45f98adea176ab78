"""Sender IDs in four countries: registered, decided operator by operator, mended, withdrawn, and told about."""

import io
from collections.abc import Sequence
from datetime import timedelta

from openpyxl import load_workbook

from bot.demo import clerk
from bot.demo.story.told import PATIENCE, Told, everything
from bot.demo.story.wizard import (
    KOPI_COMPANY,
    KOPI_SINGAPORE,
    MART_COMPANY,
    Wanted,
    fill,
    register,
    send,
    submit,
)
from bot.sandbox.operators import Answer
from bot.sandbox.seed import KOPI, MART, REVIEW
from bot.sandbox.slack.records import Message

_THAI = ("ais", "true_dtac", "nt")


def number_of(card: Message) -> str:
    """The ticket's number on a card."""
    return everything(card).split("*")[1]


async def rows_of(told: Told, name: str, *words: str) -> Message:
    """The operators' rows of a sender ID in the staff's channel, once they show these words."""
    card = await told.finds(told.rina, REVIEW, f"*{name}*", "Sample text")
    return await told.finds(told.rina, REVIEW, f"*{name}*", "Reference", *words, thread_ts=card.ts)


async def decide(told: Told, name: str, act: str, only: str = "", **more: str) -> None:
    """Rina decides on all operators of a sender ID that have not decided, or on that one ``only``."""
    rows = await rows_of(told, name, "Decide several")
    await told.rina.click(rows, "review:several")
    options = next(block for block in told.rina.modal().blocks if block.get("block_id", "").startswith("operators"))
    listed = [option for option in options["element"]["options"] if option["text"]["text"].startswith(only)]
    await fill(told.rina, {"operators": [option["value"] for option in listed], "act": act, **more})
    await send(told, told.rina)


# The steps


async def a_name_is_checked(told: Told) -> None:
    """Ana asks whether a name would be taken, and reads why not."""
    await told.asks(told.ana, KOPI, "/senderid check INFO Singapore", "would be refused")


async def a_sender_id_for_the_philippines(told: Told) -> None:
    """Ana registers a sender ID in the Philippines for her company in Indonesia, with its documents."""
    wanted = Wanted(
        "PH", KOPI_COMPANY, ["KopiNus"], "Kopi Nusantara: your code is 1234.", "international", "others",
        papers=["letterhead", "company_registration"],
    )  # fmt: skip
    card = await register(told, told.ana, KOPI, wanted)
    told.check("0 of 3 approved" in everything(card), "the card does not show three operators")


async def operators_differ(told: Told) -> None:
    """Globe approves, Smart asks for changes: Ana reads the reason in the thread and by e-mail."""
    await decide(told, "KopiNus", "approve", only="Globe")
    rows = await rows_of(told, "KopiNus", "1 of 3 approved")
    await told.rina.click(rows, "review:ask", block="row:smart")
    await fill(told.rina, {"reason": "text_brand", "words": "Say what the code is for.", "field": "sample_text"})
    await send(told, told.rina)
    card = await told.sees(told.ana, KOPI, "KopiNus", "1 of 3 approved, 1 asks for changes")
    await told.sees(told.ana, KOPI, "Say what the code is for.", thread_ts=card.ts)
    await by_mail(told, f"{number_of(card)}: KopiNus (Philippines) needs changes")


async def by_mail(told: Told, subject: str) -> None:
    """Wait for the e-mail with this subject."""
    mails = told.world.mailbox.mails
    await told.world.until(lambda: [one for one in mails if one.subject == subject], PATIENCE, f"no mail: {subject}")
    told.say(f"By e-mail: {subject}")


async def it_is_mended(told: Told) -> None:
    """Ana changes the text and submits again; what Globe approved stays approved, and the others follow."""
    card = await told.finds(told.ana, KOPI, "KopiNus", "Fix and resubmit")
    await told.ana.click(card, "senderid:fix")
    await told.ana.click(told.ana.modal(), "Edit", block="part:sender_ids")
    await told.ana.click(told.ana.modal(), "senderid:entry_edit")
    await told.ana.fill("sample_text", "Kopi Nusantara: 1234 is your code to sign in.")
    await send(told, told.ana)
    await send(told, told.ana)
    await send(told, told.ana)
    await told.sees(told.ana, KOPI, "submitted again", thread_ts=card.ts)
    ends = told.world.clock().date() + timedelta(days=30)
    await decide(told, "KopiNus", "approve", valid_till=ends.isoformat())
    await told.sees(told.ana, KOPI, "KopiNus", "3 of 3 approved", "Solved")


async def what_ends_soon_is_renewed(told: Told) -> None:
    """Two of the approvals end in 30 days: Ana renews the sender ID with one button and all that was typed before."""
    card = await told.finds(told.ana, KOPI, "KopiNus", "3 of 3 approved", "Renew")
    await told.ana.click(card, "senderid:renew")
    renewed = await submit(told, told.ana, KOPI)
    told.check(number_of(renewed) != number_of(card), "the renewal has no ticket of its own")


async def a_name_that_is_not_the_companys(told: Told) -> None:
    """Carla registers a name without her company's in it, and proves that she may; then she withdraws it."""
    wanted = Wanted(
        "PH", MART_COMPANY, ["SariSari"], "Manila Mart: SariSari opens at 9.", "local", "others",
        papers=["letterhead", "sec_registration"], brandless=True,
        types={"message_type": "marketing", "monthly_traffic": "20000"},
    )  # fmt: skip
    card = await register(told, told.carla, MART, wanted)
    await told.carla.click(card, "senderid:withdraw")
    await send(told, told.carla)
    await told.sees(told.carla, MART, "SariSari", "withdrawn")


async def several_for_indonesia(told: Told) -> None:
    """Carla registers two names in Indonesia at once; one is approved, the other rejected: one ticket holds both."""
    papers = ["home_screenshot", "sign_in_screenshot", "message_format"]
    text = "Manila Mart: your code is 1234."
    wanted = Wanted("ID", MART_COMPANY, ["ManilaMart", "MartClub"], text, industry="others", papers=papers)
    await register(told, told.carla, MART, wanted)
    await decide(told, "ManilaMart", "approve")
    await decide(told, "MartClub", "reject", reason="taken")
    await told.sees(told.carla, MART, "*ManilaMart* · 3 of 3 approved", "*MartClub* · 0 of 3 approved, 3 rejected")


async def singapore_with_its_number(told: Told) -> None:
    """Ana registers in Singapore with the company's UEN; what was told about an operator is corrected."""
    wanted = Wanted(
        "SG", KOPI_SINGAPORE, ["KopiSG"], "Kopi Nusantara: your code is 1234.", "local", papers=["ssir_entry"]
    )
    card = await register(told, told.ana, KOPI, wanted)
    await decide(told, "KopiSG", "approve")
    rows = await rows_of(told, "KopiSG", "4 of 4 approved")
    await told.rina.click(rows, "review:amend", block="row:singtel")
    await fill(told.rina, {"amended_to": "rejected", "reason": "taken", "words": "We misread Singtel."})
    await send(told, told.rina)
    await told.sees(told.ana, KOPI, "We correct what we told you about Singtel", thread_ts=card.ts)
    await told.finds(told.ana, KOPI, "KopiSG", "3 of 4 approved, 1 rejected")


async def a_sender_id_for_thailand(told: Told) -> None:
    """Ana registers in Thailand, where each operator wants a letter of its own."""
    wanted = Wanted("TH", KOPI_COMPANY, ["KopiThai"], "Kopi Nusantara: your code is 1234.", "international", "others")
    await register(told, told.ana, KOPI, wanted)


async def operators_answer_by_themselves(told: Told) -> None:
    """Rina has sent it to the operators, and what they say in their feed is told."""
    await told.world.until(lambda: len([*clerk.sent(told.world)]) == len(_THAI), PATIENCE, "not all were sent")
    for operator, reference in clerk.sent(told.world):
        told.world.operators.hand_over(operator, reference, Answer("approved"))
    card = await told.sees(told.ana, KOPI, "KopiThai", "3 of 3 approved")
    await told.asks(told.ana, KOPI, f"/tickets why {number_of(card)}", "Why")


async def many_in_a_workbook(told: Told) -> None:
    """Carla asks for a workbook, fills in three rows and drops it: two go on, one comes back with the reason."""
    await told.carla.command(MART, "/senderid bulk Philippines")
    book = await _came(told, told.world.slack.direct("U0CARLA").id, "sender-ids-PH.xlsx")
    good: list[str | int] = ["Manila Mart: your code is 1234.", "One-time passwords (OTP)", 5000, "main"]
    rows = [["MartPay", *good], ["MartNews", *good], ["INFO", *good]]
    dropped = await told.carla.upload(MART, "sender-ids-PH.xlsx", _filled(book, rows))
    await told.sees(told.carla, MART, "2 good, 1 with problems", "Row 4", thread_ts=dropped.ts)
    await _came(told, MART, "sender-ids-PH-to-mend.xlsx", thread_ts=dropped.ts)


async def _came(told: Told, channel: str, name: str, thread_ts: str = "") -> bytes:
    """The desk's file of this name, once Carla sees it."""

    def found() -> bytes | None:
        there = [file for one in told.carla.sees(channel, thread_ts) if one.user == "U0DESK" for file in one.files]
        return next((file.data for file in there if file.name == name), None)

    return await told.world.until(found, PATIENCE, f"{name} never came")


def _filled(book: bytes, rows: Sequence[Sequence[str | int]]) -> bytes:
    """The workbook with these rows below its header."""
    opened, kept = load_workbook(io.BytesIO(book)), io.BytesIO()
    for down, row in enumerate(rows, start=2):
        for across, value in enumerate(row, start=1):
            opened["Sender IDs"].cell(down, across).value = value
    opened.save(kept)
    return kept.getvalue()


async def tickets_are_listed(told: Told) -> None:
    """Rina lists what was solved, and whose it was."""
    await told.asks(told.rina, REVIEW, "/tickets ended", "KopiNus", "SariSari")
