"""The signing page's addresses. What they do is in ``visits``; here is who may ask, how often, and what is answered."""

import asyncio
import hmac
import ipaddress
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

from bot.delivery.public import Answer, Route
from bot.errors import DeskError
from bot.loa.page import pages, visits
from bot.loa.page.errors import BecauseMissing, FileAway, LetterAway, NoSuchLink, NotFromHere, TooOften
from bot.loa.page.form import Checked, Entered, check, read
from bot.loa.page.rates import Rate
from bot.loa.page.signing import Hand, PageSigning
from bot.loa.page.visits import Visit
from bot.loa.pictures import page_picture
from bot.loa.rules import CopyStatus, Way
from bot.loa.signing import ScreenWay
from bot.storage.database import Database
from bot.storage.files import FileGone, FilesAway

log = structlog.get_logger(__name__)

STATIC = Path(__file__).with_name("static")
_KINDS = {".css": "text/css", ".js": "text/javascript", ".ttf": "font/ttf"}
_FORM_BYTES = 300_000
"""A form: most of it is a signature's points."""
_PICTURE_HEIGHT = 1800
_PICTURES = 40
_BECAUSE = 500
_ID = "[0-9a-f]{32}"


class SigningPages:
    """The routes. ``ways`` are the providers that a link may lead to instead of our own page, by their way."""

    def __init__(
        self,
        database: Database,
        signing: PageSigning | None,
        ways: Mapping[str, ScreenWay],
        public_url: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        new_session: Callable[[], str] = lambda: secrets.token_urlsafe(32),
    ) -> None:
        self._database = database
        self._signing = signing
        self._ways = ways
        self._public_url = public_url
        self._new_session = new_session
        self._pictures: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._asks = Rate(240, 60, clock)
        self._guesses = Rate(20, 600, clock)
        self._sends = Rate(20, 600, clock)

    def routes(self) -> list[Route]:
        """What the desk's web server answers."""
        sign, letter = "/loa/sign/{token:[A-Za-z0-9_-]{20,100}}", f"/loa/letter/{{link:{_ID}}}"
        led = [Route("GET", sign, self._answer(self.arrive)), Route("GET", "/loa/static/{name}", static)]
        if self._signing is None:
            return led
        return [
            *led,
            Route("POST", sign, self._answer(self.open), _FORM_BYTES),
            Route("GET", letter, self._answer(self.show)),
            Route("POST", letter, self._answer(self.sign), _FORM_BYTES),
            Route("POST", f"{letter}/back", self._answer(self.send_back), _FORM_BYTES),
            Route("GET", f"{letter}/page-{{number:[0-9]{{1,3}}}}.png", self._answer(self.picture)),
            Route("GET", f"{letter}/letter.pdf", self._answer(self.unsigned)),
            Route("GET", f"{letter}/signed.pdf", self._answer(self.signed)),
        ]

    def _answer(self, answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Answer:
        """Every refusal is a page, and nobody asks too often or from somewhere else."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            address = client_address(request)
            try:
                if not self._asks.allows(address):
                    raise TooOften
                if request.method == "POST":
                    self._require_own(request)
                return await answer(request)
            except NoSuchLink as error:
                known = self._guesses.allows(address)
                return self._problem(error if known else TooOften(), request)
            except (FilesAway, FileGone):
                return self._problem(FileAway(), request)
            except DeskError as error:
                return self._problem(error, request)

        return guarded

    def _problem(self, error: DeskError, request: web.Request) -> web.Response:
        status = pages.STATUS.get(type(error).__name__, 409)
        response = pages.problem(status, error.sentence, retry=request.path if status in {429, 503} else "")
        if status == pages.STATUS["TooOften"]:
            response.headers["Retry-After"] = "60"
        return response

    def _require_own(self, request: web.Request) -> None:
        """A form comes from our own page. Raises NotFromHere."""
        if request.headers.get("Origin") != self._public_url:
            raise NotFromHere
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise NotFromHere

    # The link

    async def arrive(self, request: web.Request) -> web.StreamResponse:
        """Somebody, or a scanner of their mail, follows a link: nothing is opened yet. A provider's page is one."""
        token = request.match_info["token"]
        visit = await self._database.read(visits.follow, token)
        way = self._ways.get(visit.signing.way)
        if way is not None:
            visits.may_be_led(visit, await self._now())
            return _go(await way.go(visit.signing.id))
        if self._signing is None or visit.signing.way != Way.PAGE:
            raise NoSuchLink
        return pages.page("arrive", is_form=True, letter=visit.letter, data=visit.letter.data, link=visit.link)

    async def open(self, request: web.Request) -> web.StreamResponse:
        """The button on that page: from now on the link is this browser's."""
        token = request.match_info["token"]
        link = (await self._database.read(visits.follow, token)).link
        made = self._new_session()
        visit, session = await self._database.write(visits.open_, token, _session(request, link.id), made)
        response = _go(f"/loa/letter/{visit.link.id}")
        if session == made:
            left = visit.ends_at - await self._now()
            response.set_cookie(
                _cookie(link.id), session, max_age=int(left.total_seconds()), path="/loa", httponly=True,
                secure=self._public_url.startswith("https:"), samesite="Strict",
            )  # fmt: skip
        return response

    async def _now(self) -> datetime:
        return await self._database.read(lambda tx: tx.now)

    # The letter

    async def _enter(self, request: web.Request) -> tuple[Visit, str]:
        link_id = request.match_info["link"]
        session = _session(request, link_id)
        return await self._database.read(visits.enter, link_id, session), session

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The letter to be signed, or how it went."""
        visit, session = await self._enter(request)
        if visit.copy is not None and visit.copy.status != CopyStatus.RETURNED:
            return pages.page("thanks", letter=visit.letter, data=visit.letter.data, copy=visit.copy, root=request.path)
        visits.may_sign(visit)
        return pages.letter(visit, _csrf(session), _as_known(visit), None)

    async def sign(self, request: web.Request) -> web.StreamResponse:
        """The form: what is wrong is said at its fields, with everything still there; else the letter is sealed."""
        visit, session = await self._enter(request)
        fields = await self._fields(request, session)
        if visit.copy is None:
            visits.may_sign(visit)
            entered = read(fields)
            checked = check(entered, visit.signing.signer_name)
            if checked.wrong:
                return pages.letter(visit, _csrf(session), entered, checked, status=422)
            hand = Hand(checked.name, checked.title, checked.strokes, client_address(request), _agent(request))
            assert self._signing is not None  # noqa: S101 - this route is there with it alone
            try:
                visit = await self._signing.sign(visit, session, hand)
            except (FilesAway, FileGone):
                away = LetterAway().sentence
                return pages.letter(visit, _csrf(session), entered, checked, status=503, trouble=away)
            late = visits.was_kept_only(visit)
            if late is not None:
                raise late
        return _go(f"/loa/letter/{visit.link.id}")

    async def send_back(self, request: web.Request) -> web.StreamResponse:
        """Unsigned, with a word why."""
        visit, session = await self._enter(request)
        fields = await self._fields(request, session)
        because = " ".join(str(fields.get("because", "")).split())[:_BECAUSE]
        if not because:
            checked = Checked("", "", (), {"because": BecauseMissing().sentence})
            return pages.letter(visit, _csrf(session), _as_known(visit), checked, status=422)
        visit = await self._database.write(visits.send_back, visit.link.id, session, because)
        return pages.page("back_unsigned", letter=visit.letter)

    async def _fields(self, request: web.Request, session: str) -> Mapping[str, Any]:
        if not self._sends.allows(request.match_info["link"]):
            raise TooOften
        fields = await request.post()
        if not hmac.compare_digest(str(fields.get("csrf", "")).encode(), _csrf(session).encode()):
            raise NotFromHere
        return fields

    # Its files

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """A page of the letter, drawn from the file that will be sealed."""
        visit, _ = await self._enter(request)
        number = int(request.match_info["number"])
        if not 1 <= number <= visit.letter.pages:
            raise web.HTTPNotFound
        key = (str(visit.letter.sha256), number)
        if key not in self._pictures:
            pdf = await self._unsigned(visit)
            self._pictures[key] = await asyncio.to_thread(page_picture, pdf, number, _PICTURE_HEIGHT)
            while len(self._pictures) > _PICTURES:
                self._pictures.popitem(last=False)
        return web.Response(body=self._pictures[key], content_type="image/png")

    async def unsigned(self, request: web.Request) -> web.StreamResponse:
        """The letter as it will be sealed."""
        visit, _ = await self._enter(request)
        return _pdf(await self._unsigned(visit), f"{visit.letter.number}.pdf")

    async def _unsigned(self, visit: Visit) -> bytes:
        assert self._signing is not None  # noqa: S101 - these routes are there with it alone
        return await self._signing.letter(visit.letter)

    async def signed(self, request: web.Request) -> web.StreamResponse:
        """The sealed letter, once its seal was checked."""
        visit, _ = await self._enter(request)
        if visit.copy is None:
            raise web.HTTPNotFound
        assert self._signing is not None  # noqa: S101 - these routes are there with it alone
        return _pdf(await self._signing.sealed.read(visit.copy.id), f"{visit.letter.number}-signed.pdf")


async def static(request: web.Request) -> web.StreamResponse:
    """A style, a script or a font of the page."""
    path = STATIC / request.match_info["name"]
    if path.parent != STATIC or path.suffix not in _KINDS or not path.is_file():
        raise web.HTTPNotFound
    headers = {"Cache-Control": "public, max-age=300", "Content-Type": _KINDS[path.suffix]}
    return web.FileResponse(path, headers=headers)


def _go(address: str) -> web.Response:
    """Have the browser look there."""
    return web.Response(status=303, headers={"Location": address})


def client_address(request: web.Request) -> str:
    """Who asks; behind a proxy of ours, whom that one names last."""
    peer = request.remote or ""
    try:
        if not ipaddress.ip_address(peer).is_private:
            return peer
        named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        return str(ipaddress.ip_address(named)) if named else peer
    except ValueError:
        return peer


def _as_known(visit: Visit) -> Entered:
    """The form as it first shows: the officer whom the letter names."""
    known = visit.letter.data["company"]
    return Entered(name=visit.signing.signer_name, title=str(known.get("officer_title") or ""))


def _agent(request: web.Request) -> str:
    said = request.headers.get("User-Agent", "")
    return "".join(each for each in said if each.isprintable())[:200]


def _cookie(link_id: str) -> str:
    return f"loa-{link_id}"


def _session(request: web.Request, link_id: str) -> str:
    return request.cookies.get(_cookie(link_id), "")


def _csrf(session: str) -> str:
    """What only a page of this very session has."""
    return hmac.digest(session.encode(), b"loa form", "sha256").hex()


def _pdf(content: bytes, name: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=content, content_type="application/pdf", headers=headers)
