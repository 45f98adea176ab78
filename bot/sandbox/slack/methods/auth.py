"""``auth.test``, ``api.test``, ``apps.connections.open``."""

from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.records import Json


def auth_test(call: Call) -> Json:
    """Who the token belongs to."""
    slack = call.slack
    return {
        "url": slack.address,
        "team": slack.team.name,
        "user": slack.bot.name,
        "team_id": slack.team.id,
        "user_id": slack.app.bot_user,
        "bot_id": slack.app.bot_id,
        "is_enterprise_install": False,
    }


def api_test(call: Call) -> Json:
    """Says back what it was told; with ``error`` it fails by that name."""
    if error := call.arguments.text("error"):
        raise ApiError(error, args={"error": error})
    return {"args": {}}


def open_connection(call: Call) -> Json:
    """An address for one more socket."""
    return {"url": call.slack.delivery.sockets.new_url()}


METHODS = {
    "api.test": Method(api_test, token="none"),  # noqa: S106
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(open_connection, token="app"),  # noqa: S106
}
