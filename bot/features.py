"""What each feature hands to the desk: tabs of App Home, stories of tickets, messages, and what due rows do."""

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.accounts import greeting, key_jobs, key_told
from bot.accounts.access import Accesses
from bot.accounts.directory import Directory
from bot.accounts.rules import Who
from bot.contacts import home as contact_home
from bot.contacts import messages as contact_messages
from bot.contacts.batches import BatchJobs
from bot.contacts.jobs import ContactJobs, Terms
from bot.contacts.operations import messages as contact_operations
from bot.contacts.operations.jobs import OperationJobs
from bot.contacts.origin import FromSlack
from bot.contacts.provider import Provider
from bot.contacts.tables import ContactFile
from bot.contacts.windows.jobs import WindowJobs
from bot.dashboard import messages as dashboard_messages
from bot.dashboard.home import Actions, SenderIds
from bot.dashboard.home_exports import Exports
from bot.dashboard.home_staff import Queues
from bot.dashboard.jobs import DashboardJobs
from bot.dashboard.week_jobs import WeekJobs
from bot.delivery import dead, reconcile
from bot.delivery.jobs import Jobs
from bot.delivery.lanes import Lanes
from bot.delivery.links import Links
from bot.delivery.mail import MailSender
from bot.delivery.metrics import Metrics
from bot.delivery.outbox import ESCALATION, REVIEW
from bot.delivery.sender import Sender
from bot.delivery.slack import SlackMessages
from bot.delivery.slack_files import SlackFiles
from bot.delivery.voices import Voices
from bot.desk import Desk, HomePart, nothing
from bot.loa import messages as letter_messages
from bot.loa import story as letter_story
from bot.loa.check.child import judge
from bot.loa.docusign import DocuSign
from bot.loa.jobs import LetterJobs
from bot.loa.page.way import Page
from bot.loa.signing import ScreenWay
from bot.logs import messages as log_messages
from bot.logs.home import Home as LogHome
from bot.logs.jobs import LogJobs
from bot.rcs import home as agent_home
from bot.rcs import launch_messages, launch_story
from bot.rcs import messages as agent_messages
from bot.rcs import story as agent_story
from bot.rcs.jobs import AgentJobs
from bot.rcs.launch_jobs import LaunchJobs
from bot.rcs.launch_words import Progress
from bot.rcs.visiting import Visitor
from bot.registrations import drop_cards, feed_told
from bot.registrations import home as registration_home
from bot.registrations import messages as registration_messages
from bot.registrations import story as registration_story
from bot.registrations.bulk import messages as bulk_messages
from bot.registrations.bulk import service as bulk
from bot.registrations.bulk.jobs import BulkJobs
from bot.registrations.companies import Arrival
from bot.registrations.feed import OperatorFeed, Source
from bot.registrations.feed_client import FeedClient
from bot.registrations.jobs import RegistrationJobs
from bot.settings import Settings
from bot.storage.database import Database, Tx
from bot.storage.files import Files
from bot.tickets import digest as ticket_digest
from bot.tickets import home as ticket_home
from bot.tickets import messages as ticket_messages
from handlers import (
    accounts_access_forms,
    contacts_forms,
    dashboard_forms,
    home,
    logs_forms,
    rcs_wizard,
    senderid_wizard,
    tickets_forms,
)


def make_desk(settings: Settings, database: Database, http: aiohttp.ClientSession) -> Desk:
    """The desk, with what each feature shows on App Home and tells of its tickets."""
    slack = AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=http,
        retry_handlers=[],  # the outbox owns all retries: the SDK's own would post twice
    )
    voices, links = Voices(), Links()
    return Desk(
        settings=settings,
        database=database,
        files=Files(settings.files_url),
        http=http,
        slack=slack,
        voices=voices,
        links=links,
        accesses=Accesses.wired(settings),
        people=Directory(
            slack,
            group=settings.senderdesk_staff_group,
            users=settings.senderdesk_staff_users,
            admins=settings.senderdesk_admins,
        ),
        home_parts=home_parts(settings, voices, links),
        ticket_features=[
            registration_story.feature(),
            letter_story.feature(),
            agent_story.feature(),
            launch_story.feature(),
        ],
    )


def home_parts(settings: Settings, voices: Voices, links: Links) -> list[HomePart]:
    """The tabs of App Home, in their order."""
    waiting = registration_home.Home(voices, links, senderid_wizard.DRAFT, senderid_wizard.FIX)
    buttons = Actions(
        senderid_wizard.REGISTER, dashboard_forms.CATEGORY, dashboard_forms.LABELS, dashboard_forms.EXPORT
    )
    sender_ids = SenderIds(voices, links, buttons)
    tickets = ticket_home.Home(voices, links, tickets_forms.OPEN)
    files = contact_home.Home(voices, links, contacts_forms.UPLOAD)
    logs = LogHome(voices, links, logs_forms.EXPORT)
    progress = Progress(voices)
    agents = agent_home.Home(voices, links, progress.stands, progress.needs)
    feed = feed_told.Home(voices, settings.operator_feed_url)
    return [
        HomePart("queues", nothing, Queues(voices, tickets).shown, serves=_is_staff),
        HomePart("registrations", waiting.needs, sender_ids.shown, waiting.begun),
        HomePart("tickets", tickets.needs, tickets.shown, tickets.begun),
        HomePart("contacts", files.needs, files.shown, files.begun),
        HomePart("logs", logs.needs, logs.shown, logs.begun),
        HomePart("exports", nothing, Exports(voices, dashboard_forms.EXPORT).shown),
        HomePart("rcs", agents.needs, agents.shown, agents.begun),
        HomePart("feed", feed.needs, feed.shown, serves=feed.serves),
    ]


def _is_staff(who: Who) -> bool:
    return who.is_staff


def feed_source(desk: Desk) -> Source | None:
    """The operators' feed; None where there is none."""
    url, seconds = desk.settings.operator_feed_url, desk.settings.senderdesk_feed_seconds
    token = desk.settings.operator_feed_token.get_secret_value()
    return Source(url, FeedClient(desk.http, url, token), seconds) if url else None


def make_docusign(desk: Desk, metrics: Metrics, clock: Callable[[], datetime]) -> DocuSign:
    """Signing letters at DocuSign; where it is not set up it is offered to nobody."""

    def count(outcome: str) -> None:
        metrics.signing_events.labels(outcome).inc()

    return DocuSign.wired(desk.settings, desk.database, desk.files, desk.voices, desk.http, count=count, clock=clock)


def signing_page(desk: Desk, docusign: DocuSign, clock: Callable[[], datetime]) -> Page:
    """Signing letters on a page of ours; links to it and to DocuSign come in at the same address."""
    others: dict[str, ScreenWay] = {docusign.way: docusign}
    return Page.wired(desk.settings, desk.database, desk.files, desk.voices, others=others, clock=clock)


def delivery(desk: Desk, terms: Terms, feed: OperatorFeed, docusign: DocuSign, page: Page) -> tuple[Sender, Jobs]:
    """The outbox's sender and all jobs. Here each feature hands over what it tells and what it has done."""
    settings, database, files = desk.settings, desk.database, desk.files
    slack = SlackMessages(desk.slack, desk.http)
    slack_files = SlackFiles(desk.slack, desk.http, settings.slack_bot_token, settings.slack_file_hosts)
    provider = Provider(desk.http, database, desk.accesses)
    origin = FromSlack(database, files, slack_files, desk.people)
    smtp_url = settings.smtp_url.get_secret_value()
    mail = MailSender(smtp_url, settings.senderdesk_mail_from) if smtp_url else None
    readings = {
        **ticket_messages.readings(desk.voices, desk.links),
        **registration_messages.readings(desk.voices, desk.links),
        **letter_messages.readings(desk.voices, desk.links, desk.screen_ways),
        **agent_messages.readings(desk.voices, desk.links),
        **launch_messages.readings(desk.voices, desk.links),
    }
    sender = Sender(
        database,
        files,
        slack=slack,
        mail=mail,
        kinds=[
            dead.kind(desk.voices),
            greeting.kind(desk.voices),
            *key_told.kinds(desk.voices, accounts_access_forms.ACCESS),
            *contact_messages.kinds(desk.voices, desk.links),
            *contact_operations.kinds(desk.voices),
            *ticket_messages.kinds(desk.voices, desk.links),
            feed_told.kind(desk.voices),
            *drop_cards.kinds(desk.voices, senderid_wizard.DRAFT),
            *registration_messages.kinds(desk.voices, desk.links, senderid_wizard.FIX),
            *bulk_messages.kinds(desk.voices, senderid_wizard.DRAFT),
            *letter_messages.kinds(desk.voices, desk.links, desk.screen_ways),
            *docusign.message_kinds(),
            *page.message_kinds(),
            *dashboard_messages.kinds(desk.voices),
            *agent_messages.kinds(desk.voices, desk.links, Progress(desk.voices).stands),
            *launch_messages.kinds(desk.voices, desk.links),
            *log_messages.kinds(desk.voices),
            *ticket_digest.kinds(desk.voices, desk.links, readings),
        ],
        lanes=Lanes(time.monotonic),
        places={
            REVIEW: settings.senderdesk_review_channel,
            ESCALATION: settings.senderdesk_escalation_channel or settings.senderdesk_review_channel,
        },
    )
    jobs = Jobs(
        [
            reconcile.Reconciler(database, slack, sender).kind(),
            *ContactJobs(
                database, files, origin=origin, provider=provider, terms=terms, form_came=_as_sender_ids
            ).kinds(),
            *BatchJobs(database, files, provider).kinds(),
            *OperationJobs(database, files, provider).kinds(),
            *WindowJobs(database, provider, slack, desk.voices, desk.links).kinds(),
            *key_jobs.kinds(database, desk.http, desk.accesses),
            *RegistrationJobs(database, files, slack_files).kinds(),
            *BulkJobs(database, files, slack_files, desk.voices).kinds(),
            *DashboardJobs(database, files, desk.voices).kinds(),
            *WeekJobs(database, files, desk.voices).kinds(),
            home.publisher(desk).kind(),
            *_log_jobs(desk).kinds(),
            *feed.kinds(),
            *_letter_jobs(desk, slack_files).kinds(),
            *_agent_jobs(desk, slack_files).kinds(),
            *LaunchJobs(database, files, slack_files).kinds(),
            *docusign.job_kinds(),
            *page.job_kinds(),
        ]
    )
    return sender, jobs


def _log_jobs(desk: Desk) -> LogJobs:
    database, files, voices = desk.database, desk.files, desk.voices
    return LogJobs(database, files, voices, http=desk.http, accesses=desk.accesses, people=desk.people)


def _letter_jobs(desk: Desk, slack_files: SlackFiles) -> LetterJobs:
    settings = desk.settings
    rules = {"provider": settings.senderdesk_provider_name, "release_by": settings.senderdesk_loa_release}
    return LetterJobs(desk.database, desk.files, slack_files, judge, **rules)


def _agent_jobs(desk: Desk, slack_files: SlackFiles) -> AgentJobs:
    show = partial(rcs_wizard.show_draft, desk)
    return AgentJobs(desk.database, desk.files, slack_files, desk.voices, show=show, visitor=Visitor())


def _as_sender_ids(tx: Tx, file: ContactFile) -> None:
    """A file that was dropped like contacts, and is the workbook of sender IDs."""
    arrival = Arrival(file.slack_file_id, file.name, file.size)
    bulk.take(tx, file.account_id, file.uploader, arrival, bulk.Place(file.channel, file.thread_ts))
