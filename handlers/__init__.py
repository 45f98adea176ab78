"""The listeners of the desk."""

from slack_bolt.app.async_app import AsyncApp

from bot.desk import Desk
from handlers import accounts, contacts, errors, fallback, home
from handlers import desk as desk_help
from handlers.middleware import Listen


def register_all(app: AsyncApp, desk: Desk) -> None:
    """Register every listener. The catch-alls come last: Bolt takes the first that fits."""
    listen = Listen(app, desk)
    errors.register(app, desk)
    for flow in (desk_help, accounts, contacts, home, fallback):
        flow.register(listen)
