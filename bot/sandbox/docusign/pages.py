"""The pages where a person signs, declines or leaves: what a browser shows of DocuSign in this world."""

import asyncio
from collections.abc import Awaitable, Callable
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from bot.sandbox.docusign import papers
from bot.sandbox.docusign.service import PATH, DocuSign, View

_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: DocuSign stand-in</title>
<link rel="icon" href="/static/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/css/base.css">
<link rel="stylesheet" href="/static/css/docusign.css">
</head>
<body>
<header><strong>DocuSign</strong> <span>a stand-in on this machine; nothing that is signed here counts</span></header>
{body}
</body>
</html>
"""
_SIGN = """<main>
<h1>{subject}</h1>
<p class="from">For {name} &lt;{email}&gt;</p>
<div class="sheets">{sheets}</div>
</main>
<form method="post" action="{action}">
<button class="primary" name="act" value="sign">Sign as {name}</button>
<button name="act" value="decline">Decline</button>
<input name="reason" maxlength="200" aria-label="Why you decline" placeholder="Why, if you decline">
<button class="plain" name="act" value="leave">Finish later</button>
</form>"""

Handler = Callable[[DocuSign, web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application, docusign: DocuSign) -> None:
    """The pages."""
    own = PATH + "/signing"
    for method, path, handler in (
        ("GET", own + "/startinsession/{ticket}", _enter),
        ("GET", own + "/{session}", _show),
        ("POST", own + "/{session}", _act),
        ("GET", own + "/{session}/{page:[0-9]+}.png", _sheet),
    ):
        app.router.add_route(method, path, _for(docusign, handler))


def _for(docusign: DocuSign, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        return await handler(docusign, request)

    return answer


def _html(title: str, body: str, status: int = 200) -> web.Response:
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    text = _PAGE.format(title=escape(title), body=body)
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)


def _note(title: str, words: str, status: int = 200) -> web.Response:
    return _html(title, f"<main class='note'><h1>{escape(title)}</h1><p>{escape(words)}</p></main>", status)


async def _enter(docusign: DocuSign, request: web.Request) -> web.StreamResponse:
    entered = docusign.enter(request.match_info["ticket"])
    if entered is None:
        return _note("This link has expired", "Go back to where you came from, and open a new one.", 410)
    raise web.HTTPFound(f"{PATH}/signing/{entered[0]}")


def _view(docusign: DocuSign, request: web.Request) -> View:
    view = docusign.session(request.match_info["session"])
    if view is None:
        raise web.HTTPNotFound(text="There is no such page.")
    return view


async def _show(docusign: DocuSign, request: web.Request) -> web.StreamResponse:
    view = _view(docusign, request)
    envelope, signer = view.envelope, view.envelope.signer
    docusign.expire()
    if not envelope.is_open:
        return _note(f"This document is {envelope.status}", "There is nothing more to do here.")
    docusign.opened(envelope)
    count = await asyncio.to_thread(papers.pages, envelope.pdf)
    sheets = "".join(
        f"<img src='{escape(request.path)}/{number}.png' alt='Page {number + 1} of {count}'>" for number in range(count)
    )
    body = _SIGN.format(
        subject=escape(envelope.subject),
        name=escape(signer.name),
        email=escape(signer.email),
        sheets=sheets,
        action=escape(request.path),
    )
    return _html(envelope.subject, body)


async def _sheet(docusign: DocuSign, request: web.Request) -> web.StreamResponse:
    pdf, number = _view(docusign, request).envelope.pdf, int(request.match_info["page"])
    if number >= await asyncio.to_thread(papers.pages, pdf):
        raise web.HTTPNotFound
    picture = await asyncio.to_thread(papers.picture, pdf, number)
    return web.Response(body=picture, content_type="image/png", headers={"Cache-Control": "no-store"})


async def _act(docusign: DocuSign, request: web.Request) -> web.StreamResponse:
    view, form = _view(docusign, request), await request.post()
    act, envelope = str(form.get("act", "")), view.envelope
    if act in {"sign", "decline"} and envelope.is_open:
        if act == "sign":
            docusign.sign(envelope)
        else:
            docusign.decline(envelope, str(form.get("reason", "")) or "No reason given")
    event = {"sign": "signing_complete", "decline": "decline"}.get(act, "cancel")
    if view.return_url:
        raise web.HTTPFound(_with_event(view.return_url, event))
    words = {"sign": "Thank you: it is signed.", "decline": "You declined to sign."}.get(
        act, "You can come back later."
    )
    return _note(words, "You may close this page.")


def _with_event(url: str, event: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), ("event", event)])))
