"""A mail server that takes every mail and keeps it, to be read at ``/inbox``. It shows duplicates as such."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from typing import TYPE_CHECKING, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.sandbox.faults import Fault

if TYPE_CHECKING:
    from bot.sandbox.world import World

PLACE = "smtp:data"
SIZE_MOST = 25_000_000
"""Bytes of a mail, as common providers have it."""


@dataclass(frozen=True)
class Mail:
    """A mail as it came. ``sender`` and ``recipients`` are those of the envelope."""

    id: int
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]
    raw: bytes

    def header(self, name: str) -> str | None:
        """The first header of this name, whatever its case; None when there is none."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)


class Mailbox:
    """The mail server and its mails, oldest first. Faults wait at ``smtp:data``.

    ``status`` refuses with a code of SMTP's (451, 550 ...); ``drop`` hangs up when the mail was sent, before or after
    it is kept; ``delay`` waits; ``bad_body`` answers without a code.
    """

    def __init__(self, world: "World") -> None:
        self.mails: list[Mail] = []
        self.port = 0
        """Where the server listens; 0 when it does not."""
        self._world = world
        self._ids = count(1)
        self._server: asyncio.Server | None = None
        self._open: set[SMTP] = set()

    def to(self, address: str) -> list[Mail]:
        """The mails to this address."""
        return [mail for mail in self.mails if address.lower() in map(str.lower, mail.recipients)]

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one."""
        self._server = await asyncio.get_running_loop().create_server(self._protocol, host, port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more and hang up on whoever is there."""
        if self._server is None:
            return
        self._server.close()
        tasks = [task for task in map(_hang_up, self._open) if task]
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None
        self._open.clear()
        self.port = 0

    def post(self, message: EmailMessage) -> None:
        """A mail that others than the desk sent; its headers say from whom and to whom."""
        envelope = Envelope()
        envelope.mail_from, envelope.rcpt_tos = str(message["From"]), [str(message["To"])]
        envelope.original_content = message.as_bytes()
        self._keep(envelope)

    def _protocol(self) -> SMTP:
        self._open = {known for known in self._open if known.transport is not None}
        protocol = SMTP(
            self,
            data_size_limit=SIZE_MOST,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="Sandbox",
            loop=asyncio.get_running_loop(),
        )
        self._open.add(protocol)
        return protocol

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 (aiosmtpd's)
        """Keep the mail and say so, unless a fault waits."""
        fault = self._world.faults.take(PLACE)
        if fault is None or fault.when == "after":
            self._keep(envelope)
        if fault is not None:
            if fault.what in ("delay", "drop"):
                await _suffer(fault, server)
            else:
                return f"{fault.status} Try again later" if fault.what == "status" else "Something went wrong"
            if fault.when == "before":
                self._keep(envelope)
        return "250 OK"

    def _keep(self, envelope: Envelope) -> None:
        mail = _read(next(self._ids), self._world.clock(), envelope)
        self.mails.append(mail)
        self._world.note(PLACE, mail=mail.id, subject=mail.subject, recipients=mail.recipients)


async def _suffer(fault: Fault, server: SMTP) -> None:
    if fault.what == "delay":
        await asyncio.sleep(fault.seconds)
        return
    if server.transport is not None:
        cast("asyncio.Transport", server.transport).abort()
    await asyncio.get_running_loop().create_future()  # until aiosmtpd learns that the connection is lost, and cancels


def _hang_up(protocol: SMTP) -> "asyncio.Task[None] | None":
    if protocol.transport is not None:
        cast("asyncio.Transport", protocol.transport).abort()
    return protocol._handler_coroutine  # noqa: SLF001 (there is no other way to wait for its end)


def _read(mail_id: int, received_at: datetime, envelope: Envelope) -> Mail:
    raw = envelope.original_content or b""
    message = message_from_bytes(raw, policy=policy.default)
    return Mail(
        id=mail_id,
        received_at=received_at,
        sender=envelope.mail_from or "",
        recipients=tuple(envelope.rcpt_tos),
        subject=str(message["subject"] or ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        headers=tuple((name, str(value)) for name, value in message.items()),
        raw=raw,
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        content = str(part.get_content())
    except LookupError:  # a charset that nobody knows
        content = part.as_string()
    return content.replace("\r\n", "\n")
