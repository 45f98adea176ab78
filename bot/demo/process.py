"""The bot as a process of its own, which can be killed at any moment and started again."""

import asyncio
import os
import sys
from asyncio.subprocess import Process, create_subprocess_exec
from collections.abc import Mapping
from pathlib import Path

from bot.errors import DeskError
from bot.sandbox.slack.workspace import Slack
from bot.sandbox.watch import NeverHappened

_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_LOG_LINES = 15


class BotNotUp(DeskError):
    """The bot did not come up; the end of its log says why."""

    @property
    def sentence(self) -> str:
        """The sentence, and the log's last lines as they are."""
        return f"{super().sentence}\n{self.facts['lines']}"


class BotProcess:
    """``senderdesk serve`` with these settings; its log is ``bot.log`` in the folder."""

    def __init__(self, slack: Slack, environment: dict[str, str], folder: Path) -> None:
        self._slack = slack
        self._environment = environment
        self._folder = folder
        self._process: Process | None = None

    @property
    def log(self) -> Path:
        """What the bot writes."""
        return self._folder / "bot.log"

    async def start(self) -> None:
        """Start the process and wait until it listens to Slack; BotNotUp when it does not."""
        with self.log.open("ab") as log:
            self._process = await create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "serve",
                stdout=log,
                stderr=log,
                stdin=asyncio.subprocess.DEVNULL,
                cwd=self._folder,  # so that no .env of somebody else's is read
                env=os.environ | {"SENDERDESK_LOG_FORMAT": "console"} | self._environment,
                start_new_session=True,  # Ctrl-C is for us; we stop it in good order
            )
        await self._connected(self._process)

    async def _connected(self, process: Process) -> None:
        sockets = self._slack.delivery.sockets
        waits = asyncio.ensure_future(self._slack.until(lambda: sockets.open or None, _START_SECONDS))
        dies = asyncio.ensure_future(process.wait())
        try:
            await asyncio.wait({waits, dies}, return_when=asyncio.FIRST_COMPLETED)
            if not waits.done():
                raise self._not_up()
            try:
                waits.result()
            except NeverHappened:
                raise self._not_up() from None
        finally:
            waits.cancel()
            dies.cancel()
            await asyncio.gather(waits, dies, return_exceptions=True)

    def _not_up(self) -> BotNotUp:
        lines = self.log.read_text(errors="replace").splitlines()[-_LOG_LINES:]
        return BotNotUp(lines="\n".join(lines))

    async def kill(self) -> None:
        """As a power cut would: at once, with no chance to say goodbye."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
            # Slack notices a moment later; before, it would still deliver into a dead socket.
            await self._slack.until(lambda: not self._slack.delivery.sockets.open, _STOP_SECONDS)

    async def kill_and_start(self) -> None:
        """Kill it, and start it anew."""
        await self.kill()
        await self.start()

    async def restart_with(self, environment: Mapping[str, str]) -> None:
        """Stop it in good order, and start it with these settings besides."""
        await self.stop()
        await self._slack.until(lambda: not self._slack.delivery.sockets.open, _STOP_SECONDS)
        self._environment |= environment
        await self.start()

    async def stop(self) -> None:
        """Stop it in good order."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            await self.kill()
