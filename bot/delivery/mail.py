"""Sends e-mails over SMTP. What the server says becomes one of three meanings: later, unclear, never."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from bot.errors import DeskError

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_PERMANENT = 500
"""SMTP's answers from here on say: never."""


class MailTrouble(Exception):
    """An e-mail did not go out, or nobody knows."""


class MailTryLater(MailTrouble):
    """Nothing was sent: the server is away, busy, or does not take us as we are set up."""


class MailUnclear(MailTrouble):
    """The connection broke after the text began to go out: it may have arrived."""


class MailRefused(MailTrouble):
    """The server will never take this e-mail for this address."""


class SmtpAddressWrong(DeskError):
    """SMTP_URL cannot be used: write smtp://, smtp+starttls:// or smtps://, then USER:PASSWORD@HOST:PORT."""


class MailFromWrong(DeskError):
    """SENDERDESK_MAIL_FROM cannot be used: write it as Sender Desk <desk@your.domain>."""


@dataclass(frozen=True)
class SmtpAddress:
    """Where mail goes out. ``security`` is smtp (none), smtp+starttls, or smtps (TLS from the first byte)."""

    security: str
    host: str
    port: int
    user: str | None
    password: str | None


def smtp_address(url: str) -> SmtpAddress:
    """Read ``smtp://USER:PASSWORD@HOST:PORT``; the port follows from the security when there is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SmtpAddressWrong from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise SmtpAddressWrong
    return SmtpAddress(
        security=parts.scheme,
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


class MailSender:
    """Sends one e-mail at a time, each over a connection of its own. ``timeout`` is in seconds, for each step."""

    def __init__(
        self,
        url: str,
        mail_from: str,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        timeout: float = 20.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._address = smtp_address(url)
        self._from = _from(mail_from)
        self._clock = clock
        self._timeout = timeout
        self._tls = tls

    async def send(
        self,
        *,
        message_id: str,
        to: str,
        subject: str,
        html: str,
        text: str,
        references: str = "",
        headers: Mapping[str, str] | None = None,
        pictures: Mapping[str, bytes] | None = None,
    ) -> None:
        """Send an e-mail to one address, with ``pictures`` (PNG) by their names; the HTML shows one by ``cid:NAME``.

        ``message_id`` and ``references`` are left sides of Message-IDs; the right side is the sender's domain. The same
        ``references`` on several e-mails makes them one conversation. Raises :class:`MailTryLater`,
        :class:`MailUnclear` or :class:`MailRefused`.
        """
        message = self._envelope(message_id, to, references)
        message["Subject"] = " ".join(subject.split())
        for name, value in (headers or {}).items():
            message[name] = value
        message.set_content(text)
        message.add_alternative(html, subtype="html")
        html_part = next(part for part in message.walk() if part.get_content_type() == "text/html")
        for name, picture in (pictures or {}).items():
            shown: dict[str, Any] = {"maintype": "image", "subtype": "png", "filename": name, "disposition": "inline"}
            if f"cid:{name}" in html:
                html_part.add_related(picture, cid=f"<{name}>", **shown)
            else:
                message.add_attachment(picture, **shown)
        message.set_boundary(f"=_{message_id}")
        async with self._connection() as smtp:
            await self._hand_over(smtp, str(message["To"]), message.as_bytes())

    async def reach(self) -> None:
        """Connect and log in, send nothing; :class:`MailTryLater` says what stands in the way."""
        async with self._connection():
            pass

    def _envelope(self, message_id: str, to: str, references: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP_POLICY)
        message["From"] = self._from
        message["To"] = _recipient(to)
        message["Date"] = self._clock()
        message["Message-ID"] = f"<{message_id}@{self._from.domain}>"
        if references:
            message["In-Reply-To"] = message["References"] = f"<{references}@{self._from.domain}>"
        # Out-of-office answers to a machine help nobody.
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        return message

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[SMTP]:
        where = self._address
        smtp = SMTP(
            hostname=where.host,
            port=where.port,
            use_tls=where.security == "smtps",
            start_tls=where.security == "smtp+starttls",
            username=where.user,
            password=where.password,
            tls_context=self._tls,
            timeout=self._timeout,
        )
        try:
            await smtp.connect()
        except (SMTPException, OSError, TimeoutError) as trouble:
            smtp.close()
            raise MailTryLater(_said(trouble)) from trouble
        try:
            yield smtp
            with suppress(SMTPException, OSError):  # it has taken the mail: how it says goodbye changes nothing
                await smtp.quit()
        finally:
            smtp.close()

    async def _hand_over(self, smtp: SMTP, to: str, content: bytes) -> None:
        try:
            await smtp.mail(self._from.addr_spec)
            await smtp.rcpt(to)
        except SMTPRecipientRefused as refusal:
            raise _by_code(refusal.code)(_said(refusal)) from refusal
        except (SMTPException, OSError) as trouble:
            raise MailTryLater(_said(trouble)) from trouble
        try:
            await smtp.data(content)
        except SMTPDataError as refusal:
            raise _by_code(refusal.code)(_said(refusal)) from refusal
        except (SMTPServerDisconnected, SMTPTimeoutError, OSError, asyncio.IncompleteReadError) as trouble:
            raise MailUnclear(_said(trouble)) from trouble


def _from(mail_from: str) -> Address:
    name, address = parseaddr(mail_from)
    try:
        return Address(display_name=name, addr_spec=address)
    except (HeaderParseError, ValueError, IndexError):
        raise MailFromWrong from None


def _recipient(to: str) -> str:
    """One plain address as it may stand in a header; refuses lists, names and line breaks."""
    try:
        address = Address(addr_spec=to)
        domain = address.domain.encode("idna").decode("ascii")
        return Address(username=address.username, domain=domain).addr_spec.encode("ascii").decode("ascii")
    except (HeaderParseError, ValueError, IndexError) as error:
        raise MailRefused("this is not an e-mail address") from error


def _by_code(code: int) -> type[MailTrouble]:
    return MailRefused if code >= _PERMANENT else MailTryLater


def _said(trouble: BaseException) -> str:
    return f"{type(trouble).__name__}: {trouble}" if str(trouble) else type(trouble).__name__
