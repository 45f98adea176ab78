"""The Web API: ``/api/METHOD`` with token, scopes, arguments and faults in front of every method."""

from aiohttp import web

from bot.sandbox.slack.arguments import Arguments, read_arguments
from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.methods import auth, chat, conversations, files, people, reactions, validate, views
from bot.sandbox.slack.records import Json
from bot.sandbox.slack.workspace import Slack

METHODS: dict[str, Method] = {
    **auth.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **people.METHODS,
    **reactions.METHODS,
    **validate.METHODS,
    **views.METHODS,
}


async def answer(slack: Slack, request: web.Request) -> web.StreamResponse:
    """Answer one call, or meet the fault that waits for it."""
    name = request.match_info["method"]

    async def effect() -> web.StreamResponse:
        return web.json_response(await _run(slack, name, request), headers=_headers(slack, name))

    return await slack.world.faults.around(f"slack:{name}", request, effect)


async def _run(slack: Slack, name: str, request: web.Request) -> Json:
    try:
        method = METHODS.get(name)
        if method is None:
            raise ApiError("unknown_method", req_method=name)  # noqa: TRY301 (one shape for every refusal)
        given = await read_arguments(request)
        _check_token(slack, method, _token(request, given))
        call = Call(slack, Arguments(given))
        if method.scopes:
            call.need(*method.scopes)
        return {"ok": True, **method.run(call)}
    except ApiError as refusal:
        slack.refusals.append((name, refusal.code, refusal.facts))
        return {"ok": False, "error": refusal.code, **refusal.facts}


def _token(request: web.Request, given: Json) -> str:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ")
    in_json = request.content_type == "application/json"
    return "" if in_json else str(given.get("token", ""))


def _check_token(slack: Slack, method: Method, token: str) -> None:
    if method.token == "none":  # noqa: S105
        return
    if not token:
        raise ApiError("not_authed")
    kinds = {slack.app.bot_token: "bot", slack.app.app_token: "app"}
    if token not in kinds:
        raise ApiError("invalid_auth")
    if not slack.app.installed:
        raise ApiError("account_inactive")
    if kinds[token] != method.token:
        raise ApiError("not_allowed_token_type")


def _headers(slack: Slack, name: str) -> dict[str, str]:
    method = METHODS.get(name)
    accepted = ",".join(method.scopes) if method else ""
    granted = ",".join(sorted(slack.app.scopes))
    headers = {"x-oauth-scopes": granted, "x-slack-req-id": slack.new_id("req")}
    return headers | {"x-accepted-oauth-scopes": accepted} if accepted else headers
