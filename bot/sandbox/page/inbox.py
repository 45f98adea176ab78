"""``/inbox``: every mail that was sent, by conversation, with its HTML in a frame that can do nothing."""

import base64
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.page.live import follow
from bot.sandbox.slack.records import Json

if TYPE_CHECKING:
    from bot.sandbox.mailbox import Mail
    from bot.sandbox.world import World

_PAGE = Path(__file__).parent / "static" / "inbox.html"
_FRAME_POLICY = (
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:"
)


class Inbox:
    """The mails of a world, for the browser."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def add_routes(self, app: web.Application) -> None:
        """``/inbox``, its web socket, and each mail's HTML and source."""
        app.router.add_get("/inbox", self.page)
        app.router.add_get("/inbox/ws", self.live)
        app.router.add_get("/inbox/{mail}/html", self.html)
        app.router.add_get("/inbox/{mail}/source", self.source)

    async def page(self, _: web.Request) -> web.StreamResponse:
        """The page itself."""
        return web.FileResponse(_PAGE)

    async def live(self, request: web.Request) -> web.StreamResponse:
        """One key per mail: ``mail/ID``."""
        return await follow(self._world, request, self.sight)

    def sight(self) -> Json:
        """Every mail, and the workspace's name."""
        mails = {f"mail/{mail.id}": mail_json(mail) for mail in self._mails()}
        return {"team": {"name": self._world.slack.team.name}, **mails}

    def _mails(self) -> "list[Mail]":
        return self._world.mailbox.mails

    def _find(self, request: web.Request) -> "Mail":
        for mail in self._mails():
            if str(mail.id) == request.match_info["mail"]:
                return mail
        raise web.HTTPNotFound

    async def html(self, request: web.Request) -> web.StreamResponse:
        """The HTML part, alone, without scripts, forms or anything from the network; links open a new tab."""
        mail = self._find(request)
        body = '<base target="_blank">' + with_pictures(mail)
        return web.Response(text=body, content_type="text/html", headers={"Content-Security-Policy": _FRAME_POLICY})

    async def source(self, request: web.Request) -> web.StreamResponse:
        """The mail as it came, as a download."""
        mail = self._find(request)
        headers = {"Content-Disposition": f'attachment; filename="mail-{mail.id}.eml"'}
        return web.Response(body=mail.raw, content_type="message/rfc822", headers=headers)


def mail_json(mail: "Mail") -> Json:
    """A mail as the page lists and shows it."""
    return {
        "id": mail.id,
        "received_at": mail.received_at.timestamp(),
        "sent_at": _sent_at(mail),
        "subject": mail.subject,
        "from": mail.header("From") or mail.sender,
        "to": mail.header("To") or ", ".join(mail.recipients),
        "recipients": list(mail.recipients),
        "thread": thread_of(mail),
        "text": mail.text,
        "has_html": bool(mail.html),
        "headers": [list(header) for header in mail.headers],
    }


def _sent_at(mail: "Mail") -> float | None:
    try:
        return parsedate_to_datetime(mail.header("Date") or "").timestamp()
    except ValueError:
        return None


def thread_of(mail: "Mail") -> str:
    """What ties mails together: the first of References, else In-Reply-To, else the mail's own id."""
    references = (mail.header("References") or "").split()
    answered = (mail.header("In-Reply-To") or "").strip()
    return references[0] if references else answered or mail.header("Message-ID") or f"mail-{mail.id}"


def with_pictures(mail: "Mail") -> str:
    """The HTML part with pictures of the same mail (``cid:``) written into it."""
    html = mail.html
    message = message_from_bytes(mail.raw, policy=policy.default)
    for part in message.walk():
        content_id = str(part.get("Content-ID", "")).strip("<>")
        if content_id and isinstance(part, EmailMessage) and part.get_content_maintype() == "image":
            data = base64.b64encode(part.get_payload(decode=True) or b"").decode()  # type: ignore[arg-type]
            html = html.replace(f"cid:{content_id}", f"data:{part.get_content_type()};base64,{data}")
    return html
