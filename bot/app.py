"""The ONE place where things are wired. Nothing happens at import; ``build`` makes the desk, ``serve`` runs it."""

import asyncio
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from sqlalchemy import text

from bot import telemetry
from bot.accounts.directory import SlackSilent
from bot.accounts.key_turns import close_anew
from bot.contacts.jobs import IN_SLACK, Terms
from bot.dashboard import looking, weeks
from bot.delivery import claims, dead, inbox, reconcile
from bot.delivery.claims import JOBS, OUTBOX
from bot.delivery.listening import Ears, listening
from bot.delivery.metrics import Metrics, due
from bot.delivery.public import Route
from bot.delivery.ticks import Ticks
from bot.delivery.worker import Limits, Worker
from bot.desk import Desk
from bot.errors import DeskError
from bot.features import delivery, feed_source, make_desk, make_docusign, signing_page
from bot.loa import links as signing_links
from bot.registrations import renewal
from bot.registrations.feed import OperatorFeed
from bot.settings import Settings
from bot.storage import rooms
from bot.storage.database import Database, Tx, random_id, utc_now
from bot.tickets import watch as ticket_watch
from handlers import (
    register_all,
)
from handlers.bolt import make_bolt

log = structlog.get_logger()

_MEET_SECONDS = 2.0
"""How long a start waits for Slack, so that a token that Slack refuses is told at once."""
_AWAY_SECONDS = 5.0
_RECONCILE_SECONDS = 60
_WATCH_SECONDS = 60
_HOUSEKEEPING_SECONDS = 3600
_FINISHED_ROWS_KEPT = timedelta(days=7)


@dataclass
class House:
    """The desk, and what works around it."""

    desk: Desk
    bolt: AsyncApp
    outbox: Worker
    jobs: Worker
    feed: OperatorFeed
    ticks: Ticks
    metrics: Metrics
    routes: list[Route] = field(default_factory=list)
    """What features answer under the desk's public address."""


@asynccontextmanager
async def build(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    new_id: Callable[[], str] = random_id,
    terms: Terms = IN_SLACK,
) -> AsyncIterator[House]:
    """Open everything and wire it; nothing works yet. On leaving, everything is closed again.

    ``terms`` are those on which contact files are checked.
    """
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        workers: dict[str, Worker] = {}
        database = Database(
            settings.database_url,
            clock=clock,
            new_id=new_id,
            on_wake=lambda topic: workers[topic].wake(),
            on_record=looking.changed,
        )
        await database.open()
        stack.push_async_callback(database.close)
        desk = make_desk(settings, database, http)
        feed, metrics = OperatorFeed(database, feed_source(desk)), Metrics()
        docusign = make_docusign(desk, metrics, clock)
        page = signing_page(desk, docusign, clock)
        desk.screen_ways += [docusign, page]
        sender, jobs = delivery(desk, terms, feed, docusign, page)
        owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"[:64]
        limits = Limits(lease=timedelta(seconds=settings.senderdesk_lease_seconds))
        tells_staff = dead.tells_staff(settings.senderdesk_review_channel)
        workers[OUTBOX] = Worker(database, OUTBOX, sender.run, tells_staff, owner=owner, limits=limits)
        workers[JOBS] = Worker(database, JOBS, jobs.run, jobs.on_dead, owner=owner, limits=limits)
        bolt = make_bolt(desk)
        register_all(bolt, desk)
        ticks = _ticks(desk, workers, feed)
        routes = [*docusign.routes(), *page.routes()]
        yield House(desk, bolt, workers[OUTBOX], workers[JOBS], feed, ticks, metrics, routes)


def _ticks(desk: Desk, workers: dict[str, Worker], feed: OperatorFeed) -> Ticks:
    ticks = Ticks()

    def wake() -> None:
        for worker in workers.values():
            worker.wake()

    async def compare() -> None:
        await desk.write(reconcile.ask_for)

    async def keep_house() -> None:
        await desk.write(_forget)
        await desk.write(renewal.ask_for)
        await desk.write(_look_at_week, bool(desk.settings.smtp_url.get_secret_value()))
        await desk.write(close_anew, desk.accesses.vault)

    async def watch_tickets() -> None:
        await desk.write(ticket_watch.look)

    ticks.every(desk.settings.senderdesk_tick_seconds, "wake", wake)
    ticks.every(_RECONCILE_SECONDS, "reconcile", compare)
    ticks.every(_WATCH_SECONDS, "tickets", watch_tickets)
    ticks.every(desk.settings.senderdesk_feed_seconds, "feed", feed.ask_for)
    ticks.every(_HOUSEKEEPING_SECONDS, "housekeeping", keep_house)
    return ticks


def _look_at_week(tx: Tx, has_mail: bool) -> None:  # noqa: FBT001 - what a use case is given
    weeks.look(tx, has_mail=has_mail)


def _forget(tx: Tx) -> None:
    """What is finished, and no longer needed to recognise a repetition."""
    inbox.purge(tx)
    signing_links.purge(tx)
    claims.purge(tx, older_than=_FINISHED_ROWS_KEPT)


@asynccontextmanager
async def working(house: House) -> AsyncIterator[None]:
    """Have the workers work. On leaving, what is running ends in good order."""
    await asyncio.to_thread(rooms.sweep)
    await house.desk.write(reconcile.ask_for)
    await house.feed.ask_for()
    if house.desk.database.dialect == "sqlite":
        await house.desk.write(claims.take_over)
    loops = [asyncio.create_task(worker.work()) for worker in (house.outbox, house.jobs)]
    house.ticks.start()
    try:
        yield
    finally:
        house.ticks.stop()
        await asyncio.gather(*(worker.stop() for worker in (house.outbox, house.jobs)))
        await asyncio.gather(*loops)


def ears(house: House) -> AbstractAsyncContextManager[Ears]:
    """Hear Slack, and answer whoever looks after the process."""
    desk = house.desk

    async def database_answers() -> str:
        try:
            await desk.read(lambda tx: tx.session.execute(text("SELECT 1")).scalar())
        except DeskError as error:
            return error.sentence
        return ""

    async def measure() -> None:
        house.metrics.count_due(*await desk.read(due))

    return listening(
        desk.settings,
        house.bolt,
        desk.slack,
        metrics=house.metrics,
        alive={worker.queue: worker.trouble for worker in (house.outbox, house.jobs)},
        ready={"database": database_answers},
        measure=measure,
        routes=house.routes,
    )


async def serve(settings: Settings) -> None:
    """Run the desk until the process is told to stop."""
    telemetry.configure(settings.senderdesk_log_format)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with build(settings) as house:
        meeting = asyncio.create_task(_meet_slack(house.desk))
        await asyncio.wait({meeting}, timeout=_MEET_SECONDS)
        if meeting.done():
            meeting.result()
        async with working(house), ears(house):
            await stop.wait()
        meeting.cancel()


async def _meet_slack(desk: Desk) -> None:
    """Learn who we are in Slack. A token that Slack refuses is raised; while Slack is away it is asked again."""
    while True:
        try:
            desk.links.workspace = (await desk.people.us()).url
        except SlackSilent as error:
            log.warning("slack_away", because=str(error), again_in=_AWAY_SECONDS)
            await asyncio.sleep(_AWAY_SECONDS)
        else:
            return
