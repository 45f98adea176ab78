"""E-mails go through a real SMTP server on loopback."""
# ruff: noqa: ARG002 - aiosmtpd calls its handlers with all of these

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.delivery.mail import (
    MailFromWrong,
    MailRefused,
    MailSender,
    MailTryLater,
    MailUnclear,
    SmtpAddressWrong,
    smtp_address,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Mailbox:
    """What the server does with a mail; ``answer`` or ``hang_up`` make it refuse or go away."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.rcpt_answer = ""
        self.data_answer = "250 kept"
        self.hang_up = False
        self.silent = asyncio.Event()
        self.silent.set()

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, to: str, options: list) -> str:  # noqa: N802
        """Take the address, or answer as told."""
        envelope.rcpt_tos.append(to)
        return self.rcpt_answer or "250 good"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail, then answer as told."""
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        await self.silent.wait()
        if self.hang_up:
            server.transport.abort()
        return self.data_answer


@asynccontextmanager
async def listening(mailbox: Mailbox, tls: ssl.SSLContext | None = None, **options: object) -> AsyncIterator[int]:
    """A server on a free port of loopback."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(mailbox, hostname="mail.test", **options), host="127.0.0.1", port=0, ssl=tls
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
def mailbox() -> Mailbox:
    """A mailbox with nothing in it."""
    return Mailbox()


@pytest.fixture
async def port(mailbox: Mailbox) -> AsyncIterator[int]:
    """A server without TLS."""
    async with listening(mailbox) as port:
        yield port


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The contexts of a server on loopback with its own certificate, and of a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "server.pem").write_bytes(pem)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(tmp_path / "server.pem")
    return server, ssl.create_default_context(cafile=tmp_path / "server.pem")


def sender(port: int, *, timeout: float = 60) -> MailSender:
    """A sender at a fixed noon."""
    return MailSender(f"smtp://127.0.0.1:{port}", "Sender Desk <desk@desk.test>", clock=lambda: NOON, timeout=timeout)


def words(**changes: object) -> dict[str, object]:
    """An ordinary e-mail, with some things changed."""
    return {
        "message_id": "a1",
        "to": "ana@kopi.test",
        "subject": "Checked",
        "html": "<p>Good.</p>",
        "text": "Good.\n",
        **changes,
    }


async def test_a_mail_arrives_with_both_its_parts(mailbox: Mailbox, port: int) -> None:
    """Text first, HTML as its alternative, and the headers that make it a notice of a machine."""
    await sender(port).send(**words())
    [mail] = mailbox.mails
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert mail.get_body(("plain",)).get_content().strip() == "Good."
    assert mail.get_body(("html",)).get_content().strip() == "<p>Good.</p>"
    assert mail["From"] == "Sender Desk <desk@desk.test>"
    assert mail["To"] == "ana@kopi.test"
    assert mail["Date"].datetime == NOON
    assert mail["Message-ID"] == "<a1@desk.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["References"] is None


async def test_mails_of_one_conversation_name_the_same_first_mail(mailbox: Mailbox, port: int) -> None:
    """A mail program shows them as one thread."""
    await sender(port).send(**words(references="ticket-7"))
    await sender(port).send(**words(message_id="a2", references="ticket-7"))
    assert {mail["References"] for mail in mailbox.mails} == {"<ticket-7@desk.test>"}
    assert {mail["In-Reply-To"] for mail in mailbox.mails} == {"<ticket-7@desk.test>"}


async def test_a_thai_subject_and_text_arrive_unchanged(mailbox: Mailbox, port: int) -> None:
    """What is not ASCII survives the wire."""
    thai = "บริษัท ตัวอย่าง จำกัด: ตรวจสอบแล้ว 👍"
    await sender(port).send(**words(subject=thai, text=thai, html=f"<p>{thai}</p>"))
    [mail] = mailbox.mails
    assert mail["Subject"] == thai
    assert mail.get_body(("plain",)).get_content().strip() == thai


async def test_a_line_of_one_dot_does_not_end_the_mail(mailbox: Mailbox, port: int) -> None:
    """SMTP's end mark inside a text is just text."""
    await sender(port).send(**words(text="before\n.\nafter\n"))
    [mail] = mailbox.mails
    assert mail.get_body(("plain",)).get_content().splitlines() == ["before", ".", "after"]


async def test_a_subject_cannot_add_headers(mailbox: Mailbox, port: int) -> None:
    """Line breaks in a subject are blanks."""
    await sender(port).send(**words(subject="Checked\r\nBcc: eve@evil.test\n\nhello"))
    [mail] = mailbox.mails
    assert mail["Subject"] == "Checked Bcc: eve@evil.test hello"
    assert mail["Bcc"] is None


async def test_a_header_of_the_caller_cannot_add_headers(mailbox: Mailbox, port: int) -> None:
    """A line break in a header is refused before anything is sent."""
    with pytest.raises(ValueError, match="linefeed"):
        await sender(port).send(**words(headers={"X-Ticket": "7\r\nBcc: eve@evil.test"}))
    assert mailbox.mails == []


@pytest.mark.parametrize(
    "to",
    [
        "ana@kopi.test, eve@evil.test",  # two people
        "Ana <ana@kopi.test>",  # a name and an address
        "ana@kopi.test\r\nBcc: eve@evil.test",  # another header
        "ana",  # no domain
        "",  # nothing
        "อานา@kopi.test",  # needs SMTPUTF8, which not every server has
    ],
)
async def test_only_one_plain_address_is_written_to(mailbox: Mailbox, port: int, to: str) -> None:
    """Anything else than one address is refused for good."""
    with pytest.raises(MailRefused):
        await sender(port).send(**words(to=to))
    assert mailbox.mails == []


@pytest.mark.parametrize(("answer", "meaning"), [("450 busy", MailTryLater), ("550 nobody here", MailRefused)])
async def test_the_servers_word_on_the_address_decides(
    mailbox: Mailbox, port: int, answer: str, meaning: type[Exception]
) -> None:
    """A busy mailbox is tried later, one that does not exist never again."""
    mailbox.rcpt_answer = answer
    with pytest.raises(meaning, match=answer[4:]):
        await sender(port).send(**words())
    assert mailbox.mails == []


@pytest.mark.parametrize(("answer", "meaning"), [("451 later", MailTryLater), ("554 spam", MailRefused)])
async def test_the_servers_word_on_the_text_decides(
    mailbox: Mailbox, port: int, answer: str, meaning: type[Exception]
) -> None:
    """A server that is out of sorts is tried later, one that refuses the text never again."""
    mailbox.data_answer = answer
    with pytest.raises(meaning, match=answer[4:]):
        await sender(port).send(**words())


async def test_a_connection_lost_after_the_text_is_unclear(mailbox: Mailbox, port: int) -> None:
    """The server may have kept the mail: nobody knows."""
    mailbox.hang_up = True
    with pytest.raises(MailUnclear):
        await sender(port).send(**words())
    assert len(mailbox.mails) == 1


async def test_silence_after_the_text_is_unclear(mailbox: Mailbox, port: int) -> None:
    """A server that does not answer in time may still keep the mail."""
    mailbox.silent.clear()
    with pytest.raises(MailUnclear):
        await sender(port, timeout=0.2).send(**words())
    mailbox.silent.set()


async def test_nobody_listening_is_tried_later(unused_tcp_port: int) -> None:
    """A server that is away costs time, not the mail."""
    with pytest.raises(MailTryLater):
        await sender(unused_tcp_port).send(**words())


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the server does not see its own TLS
@pytest.mark.parametrize("security", ["smtps", "smtp+starttls"])
async def test_mail_goes_over_tls_with_a_password(
    mailbox: Mailbox, certificate: tuple[ssl.SSLContext, ssl.SSLContext], security: str
) -> None:
    """TLS from the first byte or by STARTTLS, and the name and password of the address, unescaped."""
    server, client = certificate
    logins: list[tuple[bytes, bytes]] = []

    def check(_server: object, _session: object, _envelope: object, _how: str, login: object) -> AuthResult:
        logins.append((login.login, login.password))
        return AuthResult(success=True)

    from_start = security == "smtps"
    options = {"authenticator": check, "auth_required": True, "auth_require_tls": not from_start}
    if not from_start:
        options |= {"tls_context": server, "require_starttls": True}
    async with listening(mailbox, server if from_start else None, **options) as port:
        url = f"{security}://desk:p%40ss@localhost:{port}"
        await MailSender(url, "desk@desk.test", tls=client, timeout=60).send(**words())
    assert len(mailbox.mails) == 1
    assert logins == [(b"desk", b"p@ss")]


async def test_a_server_without_tls_gets_nothing_when_tls_is_asked_for(mailbox: Mailbox, port: int) -> None:
    """A mail is never sent in the clear because the server could do no better."""
    with pytest.raises(MailTryLater):
        await MailSender(f"smtp+starttls://127.0.0.1:{port}", "desk@desk.test", timeout=60).send(**words())
    assert mailbox.mails == []


async def test_reach_sends_nothing(mailbox: Mailbox, port: int) -> None:
    """Looking whether the server is there leaves no mail behind."""
    await sender(port).reach()
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("url", "port"), [("smtp://h", 25), ("smtp+starttls://h", 587), ("smtps://h", 465), ("smtp://h:2525", 2525)]
)
def test_the_port_follows_from_the_security(url: str, port: int) -> None:
    """Without a port the usual one is taken."""
    assert smtp_address(url).port == port


@pytest.mark.parametrize("url", ["", "h:25", "http://h", "smtp://", "smtp://h:port", "smtp://h:99999"])
def test_an_address_that_is_none_says_how_to_write_it(url: str) -> None:
    """The error names the setting and the three forms."""
    with pytest.raises(SmtpAddressWrong, match=r"SMTP_URL .* smtps://"):
        smtp_address(url)


@pytest.mark.parametrize("mail_from", ["", "Sender Desk", "Desk <desk>"])
def test_a_from_line_that_is_none_says_how_to_write_it(mail_from: str) -> None:
    """The error names the setting, and shows the form."""
    with pytest.raises(MailFromWrong, match=r"SENDERDESK_MAIL_FROM .*@your\.domain"):
        MailSender("smtp://127.0.0.1", mail_from)


async def test_a_picture_stands_where_the_text_shows_it(mailbox: Mailbox, port: int) -> None:
    """Beside the HTML part that names it; what no text names goes with the mail as a file."""
    pictures = {"week.png": b"\x89PNG1", "letter.png": b"\x89PNG2"}
    await sender(port).send(**words(html='<p><img src="cid:week.png" alt="x"></p>', pictures=pictures))
    (mail,) = mailbox.mails
    body = mail.get_body(("related",))
    assert body is not None
    assert [part.get_content_type() for part in body.iter_parts()] == ["text/html", "image/png"]
    assert [part["Content-ID"] for part in body.iter_attachments()] == ["<week.png>"]
    assert [part.get_filename() for part in mail.iter_attachments()] == ["letter.png"]
