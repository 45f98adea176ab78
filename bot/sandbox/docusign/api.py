"""The paths of DocuSign: its account server, its REST API v2.1, and the pages where people sign."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.docusign import pages, requests
from bot.sandbox.docusign.answers import ApiError, bad_body, invalid, summary, time
from bot.sandbox.docusign.service import PATH, DocuSign
from bot.sandbox.docusign.tokens import NoToken

if TYPE_CHECKING:
    from bot.sandbox.world import World

Operation = Callable[[DocuSign, web.Request], Awaitable[web.StreamResponse]]
ACCOUNT = PATH + "/restapi/v2.1/accounts/{account_id}"
ENVELOPES = ACCOUNT + "/envelopes"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def add_routes(app: web.Application, world: "World") -> None:
    """Serve ``world.docusign`` in ``app``."""
    for method, path, name, operation in OPERATIONS:
        app.router.add_route(method, path, _answering(world, name, operation))
    pages.add_routes(app, world.docusign)
    app.on_cleanup.append(lambda _: world.docusign.connect.close())


def _answering(
    world: "World", name: str, operation: Operation
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def effect(request: web.Request) -> web.StreamResponse:
        try:
            _let_in(world.docusign, request)
            return await operation(world.docusign, request)
        except ApiError as error:
            return error.response()

    async def answer(request: web.Request) -> web.StreamResponse:
        return await world.faults.around(f"docusign:{name}", request, lambda: effect(request))

    return answer


def _let_in(docusign: DocuSign, request: web.Request) -> None:
    """Only who has a token, and only into the account that it is for."""
    account_id = request.match_info.get("account_id")
    if account_id is None:
        return
    docusign.tokens.check(request.headers.get("Authorization", ""))
    if account_id != docusign.account_id:
        raise ApiError(401, "USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT", "The user is not of this account.")


async def _token(docusign: DocuSign, request: web.Request) -> web.StreamResponse:
    form = await request.post()
    if form.get("grant_type") != _GRANT:
        return web.json_response({"error": "unsupported_grant_type"}, status=400)
    try:
        token = docusign.tokens.grant(str(form.get("assertion", "")), request.host)
    except NoToken as refused:
        words = {"error_description": refused.words} if refused.words else {}
        return web.json_response({"error": str(refused), **words}, status=400)
    seconds = int(docusign.tokens.life.total_seconds())
    return web.json_response({"access_token": token, "token_type": "Bearer", "expires_in": seconds})


async def _userinfo(docusign: DocuSign, request: web.Request) -> web.StreamResponse:
    docusign.tokens.check(request.headers.get("Authorization", ""))
    account = {
        "account_id": docusign.account_id,
        "is_default": True,
        "account_name": "Sender Desk Demo",
        "base_uri": f"{request.url.origin()}{PATH}",
    }
    return web.json_response(
        {"sub": docusign.tokens.user_id, "name": "Desk Signatures", "email": "sign@desk.example", "accounts": [account]}
    )


async def _json(request: web.Request) -> Any:
    try:
        return await request.json()
    except ValueError as error:
        raise bad_body() from error


async def _create(docusign: DocuSign, request: web.Request) -> web.StreamResponse:
    envelope = await docusign.create(requests.read(await _json(request)))
    said = {
        "envelopeId": envelope.id,
        "uri": f"/envelopes/{envelope.id}",
        "statusDateTime": time(envelope.created_at),
        "status": envelope.status,
    }
    return web.json_response(said, status=201)


async def _list(docusign: DocuSign, request: web.Request) -> web.StreamResponse:
    try:
        since = datetime.fromisoformat(request.query["from_date"])
    except (KeyError, ValueError) as error:
        words = (
            "Query parameter 'from_date' must be set to a valid DateTime, "
            "or 'envelope_ids' or 'transaction_ids' must be specified."
        )
        raise invalid(words) from error
    name, _, value = request.query.get("custom_field", "").partition("=")
    found = docusign.listed(since if since.tzinfo else since.replace(tzinfo=UTC), name, value)
    included = set(request.query.get("include", "").split(","))
    shown = [summary(one, recipients="recipients" in included, fields="custom_fields" in included) for one in found]
    count = str(len(shown))
    page: dict[str, Any] = {"resultSetSize": count, "totalSetSize": count, "startPosition": "0"}
    if shown:  # an empty list is left out
        page |= {"endPosition": str(len(shown) - 1), "envelopes": shown}
    return web.json_response(page)


async def _get(docusign: DocuSign, request: web.Request) -> web.StreamResponse:
    envelope = docusign.find(request.match_info["envelope_id"])
    docusign.asked(envelope)
    included = set(request.query.get("include", "").split(","))
    shown = summary(envelope, recipients="recipients" in included, fields="custom_fields" in included)
    return web.json_response(shown)


async def _update(docusign: DocuSign, request: web.Request) -> web.StreamResponse:
    envelope, said = docusign.find(request.match_info["envelope_id"]), await _json(request)
    if not isinstance(said, dict) or said.get("status") != "voided":
        raise invalid("Value for 'status' must be 'voided': this stand-in changes nothing else.")
    reason = said.get("voidedReason", "")
    if not isinstance(reason, str) or len(reason) > 200:  # noqa: PLR2004 (DocuSign's bound)
        raise invalid("The length of 'voidedReason' exceeds 200 characters.")
    docusign.void(envelope, reason)
    return web.json_response({"envelopeId": envelope.id})


async def _view(docusign: DocuSign, request: web.Request) -> web.StreamResponse:
    envelope, said = docusign.find(request.match_info["envelope_id"]), await _json(request)
    if not isinstance(said, dict):
        raise bad_body()
    missing = [name for name in ("returnUrl", "authenticationMethod") if not said.get(name)]
    if missing:
        raise invalid(f"A value was not found for parameter '{missing[0]}'.")
    name, email, client_user_id = (str(said.get(key, "")) for key in ("userName", "email", "clientUserId"))
    return web.json_response(
        {"url": docusign.view(envelope, name, email, client_user_id, said["returnUrl"])}, status=201
    )


async def _document(docusign: DocuSign, request: web.Request) -> web.StreamResponse:
    envelope = docusign.find(request.match_info["envelope_id"])
    paper = await docusign.paper(envelope, request.match_info["document"])
    return web.Response(body=paper, content_type="application/pdf")


OPERATIONS: tuple[tuple[str, str, str, Operation], ...] = (
    ("POST", PATH + "/oauth/token", "token", _token),
    ("GET", PATH + "/oauth/userinfo", "userinfo", _userinfo),
    ("POST", ENVELOPES, "createEnvelope", _create),
    ("GET", ENVELOPES, "listEnvelopes", _list),
    ("GET", ENVELOPES + "/{envelope_id}", "getEnvelope", _get),
    ("PUT", ENVELOPES + "/{envelope_id}", "updateEnvelope", _update),
    ("POST", ENVELOPES + "/{envelope_id}/views/recipient", "recipientView", _view),
    ("GET", ENVELOPES + "/{envelope_id}/documents/{document}", "getDocument", _document),
)
"""Method, path, name (faults are asked for at ``docusign:NAME``) and what does it."""
