"""The sandbox's server: everything outside the desk behind one address on loopback."""

from collections.abc import Callable, Sequence
from typing import Self

from aiohttp import web

from bot.sandbox import contacts_api, docusign, exports_api, operators, samples
from bot.sandbox.page import routes as page_routes
from bot.sandbox.slack import routes as slack_routes
from bot.sandbox.world import World

AddRoutes = Callable[[web.Application, World], None]
MOST_BYTES = 1_000_000_000


class Sandbox:
    """Starts and stops the outside world.

    ``parts`` add routes of their own by ``add_routes(app, world)``; what they must start and stop with the server (a
    mail server, a clock) goes into ``app.on_startup`` and ``app.on_cleanup``.
    """

    def __init__(
        self,
        world: World,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        smtp_port: int = 0,
        parts: Sequence[AddRoutes] = (),
    ) -> None:
        self.world = world
        self.url = ""
        """``http://127.0.0.1:PORT`` once it has started."""
        self._host, self._port, self._smtp_port = host, port, smtp_port
        self._parts = (
            slack_routes.add_routes,
            contacts_api.add_routes,
            exports_api.add_routes,
            operators.add_routes,
            docusign.add_routes,
            samples.add_routes,
            page_routes.add_routes,
            *parts,
        )
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen. With port 0 a free one is taken, and kept for the next start."""
        app = web.Application(client_max_size=MOST_BYTES)
        for add_routes in self._parts:
            add_routes(app, self.world)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = self._runner.addresses[0][1]
        self.url = self.world.slack.url = self.world.docusign.url = f"http://{self._host}:{self._port}"
        await self.world.mailbox.start(self._host, self._smtp_port)
        self._smtp_port = self.world.mailbox.port

    async def stop(self) -> None:
        """Hang up and stop listening."""
        await self.world.slack.close()
        await self.world.mailbox.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def environment(self, *, docusign: bool = False) -> dict[str, str]:
        """The settings with which the desk finds this world. Without SLACK_APP_TOKEN it runs in HTTP mode.

        With ``docusign`` letters are signed there; else on the desk's own page.
        """
        slack, accounts = self.world.slack, self.world.contacts.accounts.values()
        return {
            "SLACK_BOT_TOKEN": slack.app.bot_token,
            "SLACK_APP_TOKEN": slack.app.app_token,
            "SLACK_SIGNING_SECRET": slack.app.signing_secret,
            "SLACK_API_URL": f"{self.url}/api/",
            "SLACK_FILE_HOSTS": self._host,
            "SENDERDESK_STAFF_GROUP": "S0STAFF",
            "SENDERDESK_ADMINS": "U0RINA",
            "SENDERDESK_REVIEW_CHANNEL": "C0REVIEW",
            "SMTP_URL": f"smtp://{self._host}:{self._smtp_port}",
            "CONTACTS_API_URL": f"{self.url}/8x8",
            "CHATAPPS_API_URL": f"{self.url}/8x8-chatapps",
            "SMS_API_URL": f"{self.url}/8x8-sms",
            "CONTACTS_API_KEYS": ",".join(f"{account.id}={key}" for account in accounts for key in account.keys),
            "OPERATOR_FEED_URL": f"{self.url}{operators.PATH}",
            "OPERATOR_FEED_TOKEN": self.world.operators.token,
            **(self.world.docusign.environment() if docusign else {}),
        }

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()
