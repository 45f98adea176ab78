"""The mail server: what it keeps, and what goes wrong on demand."""

import asyncio
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World


def letter() -> EmailMessage:
    """A mail with both voices and characters beyond ASCII."""
    message = EmailMessage()
    message["From"] = "Sender Desk <desk@senderdesk.example>"
    message["To"] = "ana@kopi-nusantara.example"
    message["Subject"] = "950 kontak diterima — selesai ✓"
    message["Message-ID"] = "<one@senderdesk.example>"
    message.set_content("Selesai: 950 ✓\n.a line that begins with a dot\n")
    message.add_alternative("<p>Selesai: <b>950</b> ✓</p>", subtype="html")
    return message


async def send(world: World, message: EmailMessage, **more: Any) -> None:
    """Deliver a mail the way every program does."""
    await aiosmtplib.send(message, hostname="127.0.0.1", port=world.mailbox.port, timeout=60, **more)


async def test_a_mail_is_kept_with_all_that_it_says(world: World) -> None:
    """Envelope, subject, both voices, headers in any case, and the bytes as they came."""
    await send(world, letter(), recipients=["ana@kopi-nusantara.example", "ben@kopi-nusantara.example"])
    (mail,) = world.mailbox.mails
    assert (mail.id, mail.sender) == (1, "desk@senderdesk.example")
    assert mail.recipients == ("ana@kopi-nusantara.example", "ben@kopi-nusantara.example")
    assert mail.subject == "950 kontak diterima — selesai ✓"
    assert mail.text == "Selesai: 950 ✓\n.a line that begins with a dot\n"
    assert mail.html == "<p>Selesai: <b>950</b> ✓</p>\n"
    assert mail.header("message-id") == "<one@senderdesk.example>"
    assert mail.header("x-nothing") is None
    assert b"Message-ID: <one@senderdesk.example>\r\n" in mail.raw
    assert mail.received_at.tzinfo is not None
    assert [mail.id for mail in world.mailbox.to("BEN@kopi-nusantara.example")] == [1]
    assert world.mailbox.to("carla@manila-mart.example") == []
    assert world.effects[-1].name == "smtp:data"


async def test_a_mail_that_comes_twice_is_shown_twice(world: World) -> None:
    """Nothing is merged, so that duplicates are seen."""
    for _ in range(2):
        await send(world, letter())
    assert [mail.header("Message-ID") for mail in world.mailbox.mails] == ["<one@senderdesk.example>"] * 2


async def test_a_mail_without_a_known_form_is_kept_all_the_same(world: World) -> None:
    """An unknown charset, or no headers at all, is no reason to lose a mail."""
    odd = b"Content-Type: text/plain; charset=klingon\r\n\r\nnuqneH\r\n"
    for raw in (odd, b"\r\njust a line\r\n"):
        await aiosmtplib.send(
            raw, sender="a@b.example", recipients=["c@d.example"], hostname="127.0.0.1", port=world.mailbox.port
        )
    assert ["nuqneH" in world.mailbox.mails[0].text, "just a line" in world.mailbox.mails[1].text] == [True, True]


@pytest.mark.parametrize("code", [451, 550])
async def test_a_mail_is_refused_on_demand(world: World, code: int) -> None:
    """The sender reads the code, nothing is kept, and the next mail goes through."""
    world.faults.add(Fault("smtp:data", "status", status=code))
    with pytest.raises(aiosmtplib.SMTPDataError) as refused:
        await send(world, letter())
    assert refused.value.code == code
    assert world.mailbox.mails == []
    await send(world, letter())
    assert len(world.mailbox.mails) == 1


@pytest.mark.parametrize(("when", "kept"), [("before", 0), ("after", 1)])
async def test_the_line_drops_after_data(world: World, when: Any, kept: int) -> None:
    """Whether the mail was kept cannot be told by the sender."""
    world.faults.add(Fault("smtp:data", "drop", when=when))
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(world, letter())
    assert len(world.mailbox.mails) == kept


@pytest.mark.parametrize(("when", "kept"), [("before", 0), ("after", 1)])
async def test_the_answer_is_late(world: World, when: Any, kept: int) -> None:
    """A sender that does not wait long enough gives up, before or after the mail was kept."""
    world.faults.add(Fault("smtp:data", "delay", seconds=60, when=when))
    with pytest.raises(aiosmtplib.SMTPReadTimeoutError):
        await aiosmtplib.send(letter(), hostname="127.0.0.1", port=world.mailbox.port, timeout=0.3)
    assert len(world.mailbox.mails) == kept


async def test_the_answer_makes_no_sense(world: World) -> None:
    """``bad_body`` answers without a code."""
    world.faults.add(Fault("smtp:data", "bad_body"))
    with pytest.raises(aiosmtplib.SMTPException):
        await send(world, letter())


async def test_the_server_stops_while_somebody_is_connected(sandbox: Sandbox) -> None:
    """It hangs up, and its port is free for the next start."""
    mailbox = sandbox.world.mailbox
    reader, writer = await asyncio.open_connection("127.0.0.1", mailbox.port)
    assert (await reader.readline()).startswith(b"220 ")
    port = mailbox.port
    await mailbox.stop()
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    await mailbox.start(port=port)
    await send(sandbox.world, letter())
    assert len(mailbox.mails) == 1
