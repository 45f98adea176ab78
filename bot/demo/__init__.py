"""``senderdesk demo``: the sandbox, and the real bot in a process of its own against it; only the addresses differ."""

import asyncio
import signal
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

from bot import manifest
from bot.demo import clerk
from bot.demo.process import BotProcess
from bot.demo.story import STORY, Told, link_channels
from bot.demo.tour import play
from bot.errors import DeskError
from bot.sandbox.seed import seed
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World

_QUICK = {"SENDERDESK_FEED_SECONDS": "2"}
"""Nobody wants to wait a minute for an operator here."""


class PortTaken(DeskError):
    """Something else listens on port {port} already. Stop it, or choose another: ``senderdesk demo --port 0``."""


@dataclass
class Demo:
    """The sandbox and the bot while they run."""

    sandbox: Sandbox
    bot: BotProcess


@asynccontextmanager
async def running(folder: Path, *, port: int = 0, environment: dict[str, str] | None = None) -> AsyncIterator[Demo]:
    """Start both; the bot is connected when this is entered. ``environment`` changes settings of the bot."""
    world = seed(manifest=manifest.load())
    sandbox = Sandbox(world, port=port)
    try:
        await sandbox.start()
    except OSError as error:
        raise PortTaken(port=port) from error
    own_port = _free_port()
    own = {
        "SENDERDESK_HTTP_PORT": str(own_port),
        "SENDERDESK_PUBLIC_URL": f"http://127.0.0.1:{own_port}",
        "SENDERDESK_SEAL_KEY": "a secret that everybody knows, for the demo only",
    }
    kept = {"DATABASE_URL": f"sqlite:///{folder}/senderdesk.db", "FILES_URL": f"file:{folder}/files"}
    bot = BotProcess(world.slack, sandbox.environment() | own | kept | (environment or {}), folder)
    world.controls["Kill the bot, and start it again"] = bot.kill_and_start
    try:
        await bot.start()
        yield Demo(sandbox, bot)
    finally:
        await bot.stop()
        await sandbox.stop()


async def demo(*, tour: bool, port: int, keep: Path | None) -> int:
    """Run the demo until Ctrl-C, or play the tour; gives the exit code."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="senderdesk-demo-") as temporary:
        folder = (keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        async with running(folder, port=0 if tour else port, environment=_QUICK) as started:
            world = started.sandbox.world
            told = Told(world, started.bot.restart_with)
            if tour:
                return await play(STORY, told, console)
            await link_channels(told)
            world.controls["Have the operators answer now"] = partial(_hurry, world)
            at_docusign = partial(started.bot.restart_with, world.docusign.environment())
            world.controls["Have letters signed at DocuSign"] = at_docusign
            _welcome(console, started.sandbox.url, folder if keep else None)
            async with clerk.at_work(world):
                await _until_stopped()
            console.print("\nStopping.")
    return 0


def _free_port() -> int:
    """One that nothing listens on now; the bot keeps it over its restarts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _welcome(console: Console, url: str, kept: Path | None) -> None:
    console.print(
        f"\n[bold]Sender Desk runs.[/bold] Nothing leaves this machine.\n\n"
        f"  The workspace  {url}/\n"
        f"  The e-mails    {url}/inbox\n"
        f"  Kept in        {kept or 'a temporary folder; --keep FOLDER keeps it'}\n\n"
        "Open the workspace, be Ana, and drop a sample file into #kopi-nusantara. Ctrl-C stops.",
        highlight=False,
    )


async def _hurry(world: World) -> None:
    world.operators.advance(60)


async def _until_stopped() -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
