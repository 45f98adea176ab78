"""Every setting once, with its unit and default. Read from the environment and from ``.env``."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import DeskError

_ORIGIN = re.compile(
    r"(https://([a-z0-9-]+\.)*[a-z0-9-]+|https?://(localhost|127(\.\d{1,3}){3}|\[::1\]))(:[1-9]\d{0,4})?"
)
_SEAL_KEY = 32
Names = Annotated[tuple[str, ...], NoDecode]
"""Several values in one variable, separated by commas or blanks."""


class Settings(BaseSettings):
    """What the desk needs to know about the world. Names in the environment are upper case."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    # Slack
    slack_bot_token: SecretStr = Field(SecretStr(""), description="Bot token, starts with xoxb-.")
    slack_app_token: SecretStr = Field(SecretStr(""), description="App token, starts with xapp-; Socket Mode when set.")
    slack_signing_secret: SecretStr = Field(SecretStr(""), description="Signing secret; needed in HTTP mode.")
    senderdesk_http_host: str = Field("127.0.0.1", description="Address on which HTTP mode and health checks listen.")
    senderdesk_http_port: int = Field(0, ge=0, le=65535, description="Port of HTTP mode (path /slack/events); 0: none.")
    senderdesk_public_url: str = Field(
        "", description="Address under which browsers reach that port: https, and no path; empty: no signing page."
    )
    slack_api_url: str = Field("https://slack.com/api/", description="Base address of Slack's Web API.")
    slack_file_hosts: Names = Field(
        ("files.slack.com",), description="Hosts that files may be fetched from; https, plain http only for loopback."
    )

    # Where things are kept
    database_url: str = Field("sqlite:///var/senderdesk.db", description="SQLite (one process) or PostgreSQL.")
    files_url: str = Field("file:var/files", description="Object store: file:FOLDER or s3://BUCKET/PREFIX.")

    # E-mail
    smtp_url: SecretStr = Field(
        SecretStr(""), description="smtp://, smtp+starttls:// or smtps://USER:PASSWORD@HOST:PORT; empty: no e-mail."
    )
    senderdesk_mail_from: str = Field("Sender Desk <desk@localhost>", description="From line of every e-mail.")

    # People
    senderdesk_staff_group: str = Field("", description="Id of the Slack user group of the staff (S...).")
    senderdesk_staff_users: Names = Field((), description="Ids of staff, for workspaces without user groups (U...).")
    senderdesk_admins: Names = Field((), description="Ids of the people who administer the desk (U...).")
    senderdesk_review_channel: str = Field("", description="Id of the staff's channel (C...).")
    senderdesk_escalation_channel: str = Field(
        "", description="Id of the channel that hears of late tickets (C...); empty: the staff's channel."
    )

    # 8x8
    contacts_api_url: str = Field("https://contacts.8x8.com", description="8x8's Contacts API; decides data residency.")
    chatapps_api_url: str = Field("https://chatapps.8x8.com", description="8x8's Messaging Apps API, likewise.")
    sms_api_url: str = Field("https://sms.8x8.com", description="8x8's SMS API, likewise.")
    contacts_api_keys: Annotated[dict[str, SecretStr], NoDecode] = Field(
        {}, description="Keys of accounts that have none from /desk account: ACCOUNT_ID=KEY, by commas or blanks."
    )
    senderdesk_private_hosts: Names = Field(
        (), description="Hosts in a network of your own (or loopback) that /desk account may name as base URL."
    )

    # Operators
    operator_feed_url: str = Field(
        "", description="Address of the operators' feed (docs/operator-feed.md); empty: staff enter what operators say."
    )
    operator_feed_token: SecretStr = Field(SecretStr(""), description="Bearer token of the operators' feed.")
    senderdesk_feed_seconds: float = Field(60, ge=1, description="How often the operators' feed is asked.")

    # Letters of authorisation
    senderdesk_provider_name: str = Field(
        "8x8 International Pte. Ltd.", min_length=1, description="Who is authorised by letters of authorisation."
    )
    senderdesk_loa_release: str = Field(
        "staff",
        pattern="^(staff|known|always)$",
        description="Who releases a letter: staff, a rule for known companies, or always a rule.",
    )

    # Signing
    senderdesk_seal_key: SecretStr = Field(
        SecretStr(""),
        description="Guards the keys of our signing page and of accounts: 32 characters or more; empty: neither.",
    )
    senderdesk_old_seal_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="Earlier values of SENDERDESK_SEAL_KEY, by commas or blanks: they only open what they closed."
    )
    docusign_account_url: str = Field(
        "https://account.docusign.com", description="DocuSign's account server; trials: https://account-d.docusign.com."
    )
    docusign_integration_key: str = Field("", description="Integration key of the DocuSign app; empty: no DocuSign.")
    docusign_user_id: str = Field("", description="Id of the DocuSign user in whose name letters are sent.")
    docusign_account_id: str = Field("", description="Id of the DocuSign account; empty: the user's default one.")
    docusign_private_key: SecretStr = Field(
        SecretStr(""), description="RSA private key of the DocuSign app: PEM with \\n for line ends, or a file's path."
    )
    docusign_connect_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description="HMAC keys of DocuSign Connect, separated by commas or blanks; empty: DocuSign tells us nothing.",
    )

    # The house
    senderdesk_log_format: str = Field(
        "auto", pattern="^(auto|json|console)$", description="auto: colours on a terminal."
    )
    senderdesk_lease_seconds: float = Field(60, gt=0, description="How long a worker owns a row.")
    senderdesk_tick_seconds: float = Field(1, gt=0, description="How often due rows are looked for.")

    @field_validator("operator_feed_url", "docusign_account_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None):
            raise ValueError("must be an address with http or https, and without name and password")
        return value

    @field_validator("senderdesk_public_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        value = value.strip().removesuffix("/").lower()
        if value and not _ORIGIN.fullmatch(value):
            raise ValueError("must be like https://desk.example.com, without path; http only for this machine")
        return value

    @field_validator("senderdesk_seal_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < _SEAL_KEY:
            raise ValueError(f"must have {_SEAL_KEY} characters or more, as openssl rand -hex 32 gives them")
        return value

    @field_validator("contacts_api_keys", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [pair.partition("=") for pair in value.replace(",", " ").split()]
        return {account.strip().lower(): SecretStr(key) for account, _, key in pairs}

    @field_validator("docusign_connect_keys", "senderdesk_old_seal_keys", mode="before")
    @classmethod
    def _secrets(cls, value: object) -> object:
        return tuple(SecretStr(key) for key in value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator(
        "slack_file_hosts", "senderdesk_staff_users", "senderdesk_admins", "senderdesk_private_hosts", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


class SettingsWrong(DeskError):
    """These settings cannot be used: {wrong}. Change them in the environment or in .env."""


def load() -> Settings:
    """The settings from the environment and ``.env``; :class:`SettingsWrong` names what is wrong, never its value."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = [f"{str(e['loc'][0]).upper()} ({e['msg'].lower()})" for e in error.errors(include_input=False)]
        raise SettingsWrong(wrong="; ".join(wrong)) from None
