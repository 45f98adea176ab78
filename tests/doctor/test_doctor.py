"""The doctor against a world in which all is well, and against one in which one thing is broken."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import manifest
from bot.accounts.tables import Account, AccountKey, Channel
from bot.accounts.vault import Vault
from bot.doctor import examine
from bot.doctor.findings import Finding, Level
from bot.doctor.report import report
from bot.registrations import feed
from bot.registrations.feed_client import FeedAway
from bot.registrations.tables import FeedState
from bot.sandbox import seed
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.settings import Settings
from bot.storage.database import Database, Tx

Change = Callable[[World], None]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """The demo workspace, with the app installed as the manifest says."""
    async with Sandbox(seed.seed(manifest=manifest.load())) as sandbox:
        yield sandbox


@pytest.fixture
async def settings(sandbox: Sandbox, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a desk that runs well in that world: Kopi's channel is linked to Kopi's account."""
    for name, value in sandbox.environment(docusign=True).items():
        monkeypatch.setenv(name, value)
    signing = {"SENDERDESK_PUBLIC_URL": "https://desk.example", "SENDERDESK_SEAL_KEY": "0" * 32}
    for name, value in (signing | {"SENDERDESK_HTTP_PORT": "3000"}).items():
        monkeypatch.setenv(name, value)
    await with_link(sqlite_url)
    return Settings(_env_file=None, database_url=sqlite_url, files_url=f"file:{tmp_path}/files")


async def with_link(database_url: str) -> None:
    """Kopi's channel belongs to Kopi's account."""

    def link(tx: Tx) -> None:
        kopi = Account(
            id="a1", provider_account_id=seed.KOPI_ACCOUNT, name="Kopi", created_by=seed.RINA, created_at=tx.now
        )
        tx.session.add(kopi)
        tx.session.flush()
        tx.session.add(Channel(channel_id=seed.KOPI, account_id=kopi.id, linked_by=seed.RINA, linked_at=tx.now))

    database = Database(database_url)
    await database.open(migrate=False)
    await database.write(link)
    await database.close()


async def findings(settings: Settings, **changes: object) -> list[Finding]:
    """All that the doctor finds, with some settings changed."""
    changed = settings.model_copy(update=changes)
    return [finding async for finding in examine(changed)]


def troubles(found: list[Finding]) -> list[Finding]:
    """What is not well."""
    return [finding for finding in found if finding.level is not Level.OK]


async def test_a_well_desk_has_nothing_to_mend(settings: Settings) -> None:
    """Every check that can be made is made, and passes."""
    found = await findings(settings)
    assert troubles(found) == []
    assert {"Scopes", "Linked channels", "SMTP_URL", "CONTACTS_API_KEYS", "DATABASE_URL"} <= {f.about for f in found}


async def test_every_setting_is_looked_at(settings: Settings) -> None:
    """Each setting is named by a finding, when all is well or when it is missing."""
    optional = {"senderdesk_staff_users": (seed.BUDI,), "senderdesk_escalation_channel": seed.REVIEW}
    well = await findings(settings, **optional)
    nothing = await findings(Settings(_env_file=None, slack_api_url=settings.slack_api_url, senderdesk_http_port=1))
    looked_at = {finding.about for finding in [*well, *nothing]}
    assert {name.upper() for name in Settings.model_fields} - looked_at == set()


async def test_looking_changes_nothing(sandbox: Sandbox, settings: Settings, tmp_path: Path) -> None:
    """No message, no mail, no batch, and no file stays behind."""
    await findings(settings)
    assert [effect.name for effect in sandbox.world.effects if "post" in effect.name.lower()] == []
    assert sandbox.world.mailbox.mails == []
    assert sandbox.world.contacts.account(seed.KOPI_ACCOUNT).batches == {}
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("changes", "about", "says"),
    [
        ({"slack_bot_token": SecretStr("xoxb-wrong")}, "SLACK_BOT_TOKEN", "does not know this token"),
        ({"slack_app_token": SecretStr("xapp-wrong")}, "SLACK_APP_TOKEN", "Socket Mode does not open"),
        ({"slack_app_token": SecretStr("xoxb-1")}, "SLACK_APP_TOKEN", "does not start with xapp-"),
        (
            {"slack_app_token": SecretStr(""), "senderdesk_http_port": 0},
            "SLACK_APP_TOKEN",
            "nothing reaches us",
        ),
        (
            {"slack_app_token": SecretStr(""), "senderdesk_http_port": 3000, "slack_signing_secret": SecretStr("")},
            "SLACK_SIGNING_SECRET",
            "nobody could tell Slack from a stranger",
        ),
        ({"slack_api_url": "http://127.0.0.1:1/api/"}, "SLACK_BOT_TOKEN", "no answer"),
        ({"slack_api_url": "http://slack.test/api/"}, "SLACK_API_URL", "is not https"),
        ({"senderdesk_staff_group": "", "senderdesk_admins": ()}, "SENDERDESK_STAFF_GROUP", "nobody can link"),
        ({"senderdesk_staff_group": "S0GONE"}, "SENDERDESK_STAFF_GROUP", "there is no such user group"),
        ({"senderdesk_staff_users": (seed.GITA,)}, "SENDERDESK_STAFF_USERS", "U0GITA (a guest"),
        ({"senderdesk_admins": (seed.OTTO,)}, "SENDERDESK_ADMINS", "W0OTTO"),
        ({"senderdesk_admins": ("U0NOBODY",)}, "SENDERDESK_ADMINS", "there is no such person"),
        ({"senderdesk_admins": ()}, "SENDERDESK_ADMINS", "is not set"),
        ({"senderdesk_review_channel": ""}, "SENDERDESK_REVIEW_CHANNEL", "is not set"),
        ({"senderdesk_review_channel": seed.GENERAL}, "SENDERDESK_REVIEW_CHANNEL", "the desk is not in #general"),
        ({"senderdesk_review_channel": seed.MART}, "SENDERDESK_REVIEW_CHANNEL", "can be read by others"),
        ({"senderdesk_review_channel": "C0GONE"}, "SENDERDESK_REVIEW_CHANNEL", "there is no such channel"),
        ({"senderdesk_escalation_channel": "C0GONE"}, "SENDERDESK_ESCALATION_CHANNEL", "there is no such channel"),
        ({"senderdesk_escalation_channel": seed.MART}, "SENDERDESK_ESCALATION_CHANNEL", "can be read by others"),
        ({"smtp_url": SecretStr("")}, "SMTP_URL", "no e-mails are sent"),
        ({"smtp_url": SecretStr("smtp://127.0.0.1:1")}, "SMTP_URL", "does not take us"),
        ({"smtp_url": SecretStr("http://mail.test")}, "SMTP_URL", "is not understood"),
        ({"senderdesk_mail_from": "Sender Desk"}, "SENDERDESK_MAIL_FROM", "holds no address"),
        (
            {"contacts_api_keys": {seed.KOPI_ACCOUNT: SecretStr("no")}},
            "CONTACTS_API_KEYS",
            "8x8 does not answer for 3fa8",
        ),
        ({"contacts_api_keys": {}}, "CONTACTS_API_KEYS", "has no key for 3fa85f64-5717-4562-b3fc-2c963f66afa6 (Kopi)"),
        ({"contacts_api_url": "http://contacts.test"}, "CONTACTS_API_URL", "is not https"),
        ({"operator_feed_token": SecretStr("")}, "OPERATOR_FEED_TOKEN", "is not set"),
        ({"operator_feed_token": SecretStr("no")}, "OPERATOR_FEED_TOKEN", "does not take our token"),
        ({"operator_feed_url": "http://127.0.0.1:1/news"}, "OPERATOR_FEED_URL", "does not answer just now"),
        ({"operator_feed_url": "http://feed.test/news"}, "OPERATOR_FEED_URL", "is not https"),
        ({"docusign_integration_key": "nobody"}, "DOCUSIGN_INTEGRATION_KEY", "issuer_not_found"),
        ({"docusign_user_id": "nobody"}, "DOCUSIGN_INTEGRATION_KEY", "user_not_found"),
        ({"docusign_user_id": ""}, "DOCUSIGN_USER_ID", "is not set"),
        ({"docusign_account_id": "nobody"}, "DOCUSIGN_INTEGRATION_KEY", "the user has no account nobody"),
        ({"docusign_private_key": SecretStr("")}, "DOCUSIGN_PRIVATE_KEY", "is not set"),
        ({"docusign_private_key": SecretStr("/nowhere")}, "DOCUSIGN_INTEGRATION_KEY", "cannot be read"),
        ({"docusign_private_key": SecretStr("-----BEGIN")}, "DOCUSIGN_INTEGRATION_KEY", "no RSA private key"),
        ({"docusign_account_url": "http://127.0.0.1:1"}, "DOCUSIGN_ACCOUNT_URL", "does not answer just now"),
        ({"docusign_account_url": "http://account.test"}, "DOCUSIGN_ACCOUNT_URL", "is not https"),
        ({"docusign_connect_keys": ()}, "DOCUSIGN_CONNECT_KEYS", "up to 15 minutes later"),
        ({"senderdesk_public_url": ""}, "SENDERDESK_PUBLIC_URL", "nobody can be led to DocuSign"),
        ({"files_url": "file:/proc/nowhere"}, "FILES_URL", "cannot be written"),
        ({"files_url": "ftp://x"}, "FILES_URL", "is not understood"),
        ({"database_url": "mysql://x"}, "DATABASE_URL", "names no database that we know"),
        ({"senderdesk_lease_seconds": 1.0}, "SENDERDESK_LEASE_SECONDS", "less than a slow upload"),
    ],
)
async def test_a_wrong_setting_is_found_with_advice(
    settings: Settings, changes: dict[str, object], about: str, says: str
) -> None:
    """One setting is broken: a finding names it, says why, and says what to do."""
    found = [finding for finding in troubles(await findings(settings, **changes)) if finding.about == about]
    assert any(says in finding.says for finding in found), found
    assert all(finding.todo for finding in found)


def without_scope(world: World) -> None:
    """The app was installed before files:write was asked for."""
    world.slack.app.scopes.discard("files:write")


def empty_group(world: World) -> None:
    """Everybody left the staff group."""
    world.slack.groups[seed.STAFF_GROUP].users.clear()


def left_channel(world: World) -> None:
    """Somebody removed the desk from Kopi's channel."""
    world.slack.channels[seed.KOPI].members.remove(seed.DESK)


def admin_left(world: World) -> None:
    """Rina left the company."""
    world.slack.people[seed.RINA].deleted = True


def no_consent(world: World) -> None:
    """The user of DocuSign never agreed, or took it back."""
    world.docusign.tokens.consent = False


def slack_down(world: World) -> None:
    """Slack answers with a page of HTML."""
    world.faults.add(Fault("slack:auth.test", "status", status=503))


@pytest.mark.parametrize(
    ("change", "about", "says"),
    [
        (without_scope, "Scopes", "not granted: files:write"),
        (empty_group, "SENDERDESK_STAFF_GROUP", "has no members"),
        (left_channel, "Linked channels", "the desk is not in 1 of 1: C0KOPI"),
        (admin_left, "SENDERDESK_ADMINS", "U0RINA (has left)"),
        (no_consent, "DOCUSIGN_USER_ID", "has not agreed yet"),
        (slack_down, "SLACK_BOT_TOKEN", "HTTP 503"),
    ],
)
async def test_a_broken_world_is_found_with_advice(
    sandbox: Sandbox, settings: Settings, change: Change, about: str, says: str
) -> None:
    """The settings are right, but Slack is not as they say."""
    change(sandbox.world)
    found = troubles(await findings(settings))
    assert [(finding.level, finding.about) for finding in found] == [(Level.FAIL, about)]
    assert says in found[0].says
    assert found[0].todo


@pytest.mark.postgres
async def test_postgresql_is_looked_at_too(settings: Settings, postgres_url: str) -> None:
    """The same checks, on the other database."""
    await with_link(postgres_url)
    found = await findings(settings, database_url=postgres_url)
    assert troubles(found) == []
    assert "postgresql, with today's tables" in [finding.says for finding in found]


async def test_a_database_that_does_not_answer_is_found(settings: Settings) -> None:
    """Nobody listens there."""
    found = await findings(settings, database_url="postgresql://desk@127.0.0.1:1/desk?connect_timeout=2")
    assert [finding.about for finding in troubles(found)] == ["DATABASE_URL"]


async def test_an_old_database_is_found(settings: Settings, tmp_path: Path) -> None:
    """Its tables are those of an older desk: the advice is to migrate."""
    (tmp_path / "old.db").touch()
    found = troubles(await findings(settings, database_url=f"sqlite:///{tmp_path}/old.db"))
    assert [finding.about for finding in found] == ["DATABASE_URL"]
    assert "senderdesk migrate" in found[0].todo


async def test_a_database_that_is_not_there_yet_is_no_trouble(settings: Settings, tmp_path: Path) -> None:
    """The first start makes it; looking does not."""
    found = await findings(settings, database_url=f"sqlite:///{tmp_path}/new.db")
    assert troubles(found) == []
    assert not (tmp_path / "new.db").exists()


async def test_the_doctor_works_beside_a_running_desk(sandbox: Sandbox, settings: Settings) -> None:
    """A running desk has the database for itself; its channels are looked at all the same."""
    running = Database(settings.database_url)
    await running.open(migrate=False)
    left_channel(sandbox.world)
    found = await findings(settings)
    await running.close()
    assert any("in use by a running Sender Desk" in finding.says for finding in found)
    assert [finding.about for finding in troubles(found)] == ["Linked channels"]


async def with_feed(settings: Settings, change: Callable[[Tx, str], None], *arguments: object) -> None:
    """A running desk has looked at the operators' feed."""
    database = Database(settings.database_url)
    await database.open(migrate=False)
    await database.write(change, feed.feed_name(settings.operator_feed_url), *arguments)
    await database.close()


async def test_a_feed_that_a_desk_cannot_read_is_found(settings: Settings) -> None:
    """It may answer us now; that the desk says otherwise, and since when, is a warning; one that reads it is fine."""
    await with_feed(settings, feed.failed, FeedAway("HTTP 503"))
    (found,) = troubles(await findings(settings))
    assert (found.about, found.level) == ("Operators' feed", Level.WARN)
    assert "It does not answer just now (HTTP 503)" in found.says
    await with_feed(settings, feed.looked)
    well = await findings(settings)
    assert troubles(well) == []
    assert [one for one in well if one.about == "Operators' feed" and "last looked at 20" in one.says]


async def test_a_feed_that_nobody_reads_any_more_is_found(settings: Settings) -> None:
    """The last look was long ago: no desk runs."""
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)

    def was_looked_at(tx: Tx, name: str) -> None:
        tx.session.add(FeedState(name=name, cursor="", trouble="", looked_at=long_ago))

    await with_feed(settings, was_looked_at)
    (found,) = troubles(await findings(settings))
    assert (found.about, "2026-01-01 00:00 UTC" in found.says) == ("Operators' feed", True)


async def test_no_secret_is_ever_shown(settings: Settings) -> None:
    """Neither when all is well, nor when a secret is wrong."""
    secrets = ["xoxb-wrong-secret", "xapp-wrong-secret", "a-wrong-key-of-8x8", "p4ssw0rd", "a-wrong-feed-token"]
    found = await findings(
        settings,
        slack_bot_token=SecretStr(secrets[0]),
        slack_app_token=SecretStr(secrets[1]),
        contacts_api_keys={seed.KOPI_ACCOUNT: SecretStr(secrets[2])},
        smtp_url=SecretStr(f"smtp://desk:{secrets[3]}@127.0.0.1:1"),
        operator_feed_token=SecretStr(secrets[4]),
    )
    told = " ".join(f"{finding.says} {finding.todo}" for finding in [*found, *await findings(settings)])
    well = [settings.slack_bot_token, settings.slack_app_token, settings.operator_feed_token]
    well += settings.contacts_api_keys.values()
    assert [secret for secret in [*secrets, *(one.get_secret_value() for one in well)] if secret in told] == []


@pytest.mark.parametrize(
    ("changes", "exit_code"), [({}, 0), ({"senderdesk_admins": ()}, 0), ({"slack_bot_token": SecretStr("x")}, 1)]
)
async def test_only_what_fails_makes_the_command_fail(
    settings: Settings, capsys: pytest.CaptureFixture[str], changes: dict[str, object], exit_code: int
) -> None:
    """A warning can be lived with."""
    assert await report(settings.model_copy(update=changes)) == exit_code
    assert " to mend, " in capsys.readouterr().out.splitlines()[-1]


async def test_machines_get_json(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """One object a line, with level, about, says and todo."""
    await report(settings, as_json=True)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(set(line) == {"level", "about", "says", "todo"} for line in lines)
    assert {line["level"] for line in lines} == {"ok"}


async def test_keys_from_slack_are_opened_and_tried(settings: Settings, sandbox: Sandbox) -> None:
    """One that 8x8 takes is well; one that an earlier secret closed is to be looked at; one that nobody opens fails."""
    key = next(iter(sandbox.world.contacts.account(seed.KOPI_ACCOUNT).keys))

    def put(tx: Tx) -> None:
        row = AccountKey(account_id="a1", place="in_use", kept=Vault(["0" * 32]).close("a1", key), mark="m")
        row.key_end, row.set_by, row.set_at = "…antara", seed.RINA, tx.now
        tx.session.add(row)

    database = Database(settings.database_url)
    await database.open(migrate=False)
    await database.write(put)
    await database.close()
    now, before = SecretStr("1" * 32), (SecretStr("0" * 32),)
    well = await findings(settings, contacts_api_keys={})
    assert "8x8 takes …antara of Kopi" in str([each.says for each in well if each.about == "Keys of accounts"])
    assert key not in str(well)
    for changes, about, says in (
        ({"senderdesk_seal_key": now}, "Keys of accounts", "cannot be read with SENDERDESK_SEAL_KEY"),
        ({"senderdesk_seal_key": now, "senderdesk_old_seal_keys": before}, "SENDERDESK_OLD_SEAL_KEYS", "for 1 of 1"),
        ({"chatapps_api_url": "http://chatapps.test"}, "CHATAPPS_API_URL", "is not https"),
    ):
        bad = [each for each in troubles(await findings(settings, **changes)) if each.about == about]
        assert says in str([each.says for each in bad]), about
