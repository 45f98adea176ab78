"""What the settings say by themselves, before anybody is asked."""

from collections.abc import Iterator
from email.utils import parseaddr
from urllib.parse import urlsplit

from bot.delivery.mail import MailFromWrong, MailSender, SmtpAddressWrong, smtp_address
from bot.doctor.findings import Finding, fail, ok, warn
from bot.settings import Settings

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_SHORT_LEASE_SECONDS = 15


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Every setting that can be judged without asking anybody."""
    yield from _ways_in(settings)
    yield from _signing_page(settings)
    yield from _people(settings)
    yield from _mail(settings)
    yield from _addresses(settings)
    if settings.senderdesk_lease_seconds < _SHORT_LEASE_SECONDS:
        yield warn(
            "SENDERDESK_LEASE_SECONDS",
            f"{settings.senderdesk_lease_seconds:g} seconds are less than a slow upload takes",
            "Leave it at its default, or give at least 15.",
        )
    else:
        yield ok("SENDERDESK_LEASE_SECONDS", f"{settings.senderdesk_lease_seconds:g} seconds")
    yield ok("SENDERDESK_PROVIDER_NAME", settings.senderdesk_provider_name)
    yield ok("SENDERDESK_LOA_RELEASE", settings.senderdesk_loa_release)
    yield ok("SENDERDESK_TICK_SECONDS", f"{settings.senderdesk_tick_seconds:g} seconds")
    yield ok("SENDERDESK_LOG_FORMAT", settings.senderdesk_log_format)


def _ways_in(settings: Settings) -> Iterator[Finding]:
    app_token, secret = settings.slack_app_token.get_secret_value(), settings.slack_signing_secret.get_secret_value()
    port = settings.senderdesk_http_port
    if app_token and not app_token.startswith("xapp-"):
        yield fail("SLACK_APP_TOKEN", "does not start with xapp-", _APP_TOKEN)
    elif not app_token and not port:
        yield fail("SLACK_APP_TOKEN", "is not set, and neither is SENDERDESK_HTTP_PORT: nothing reaches us", _APP_TOKEN)
    if port and not app_token and not secret:
        yield fail(
            "SLACK_SIGNING_SECRET",
            "is not set: in HTTP mode nobody could tell Slack from a stranger",
            "Copy it from your app's page: Basic Information, App Credentials.",
        )
    else:
        yield ok("SLACK_SIGNING_SECRET", "is set" if secret else "is not needed over Socket Mode")
    where = f"{settings.senderdesk_http_host}:{port}" if port else "none"
    yield ok("SENDERDESK_HTTP_PORT", f"{where}; Slack comes in over {'Socket Mode' if app_token else 'HTTP'}")
    if port and not app_token and settings.senderdesk_http_host in LOOPBACK:
        yield warn(
            "SENDERDESK_HTTP_HOST",
            f"{settings.senderdesk_http_host} is reached from this machine only",
            "Fine behind a proxy on this machine that speaks https; else give the address to listen on.",
        )
    else:
        yield ok("SENDERDESK_HTTP_HOST", settings.senderdesk_http_host)


def _signing_page(settings: Settings) -> Iterator[Finding]:
    url, port, key = settings.senderdesk_public_url, settings.senderdesk_http_port, settings.senderdesk_seal_key
    if url and not port:
        yield fail(
            "SENDERDESK_PUBLIC_URL",
            f"is {url}, but nothing listens behind it",
            "Set SENDERDESK_HTTP_PORT, and have your proxy pass /loa/ on to it.",
        )
    else:
        yield ok("SENDERDESK_PUBLIC_URL", url or "none: letters are not signed on a page of ours")
    if url and not key.get_secret_value():
        yield warn(
            "SENDERDESK_SEAL_KEY",
            "is not set: letters are not signed on a page of ours, and /desk account keeps no keys",
            "Give it what `openssl rand -hex 32` prints, the same to every replica, and keep it as you keep passwords.",
        )
    else:
        yield ok("SENDERDESK_SEAL_KEY", "is set" if key.get_secret_value() else "is not needed")


def _people(settings: Settings) -> Iterator[Finding]:
    if not settings.senderdesk_staff_group and not settings.senderdesk_staff_users and not settings.senderdesk_admins:
        yield fail(
            "SENDERDESK_STAFF_GROUP",
            "neither this nor SENDERDESK_STAFF_USERS is set: nobody can link a channel to a customer",
            "Give the id of your staff's user group: in Slack, People, User groups, the group's menu, Copy group ID.",
        )
    if not settings.senderdesk_admins:
        yield warn(
            "SENDERDESK_ADMINS",
            "is not set: nobody administers the desk",
            "Give the ids of one or two people: in Slack, their profile's menu, Copy member ID.",
        )
    if not settings.senderdesk_review_channel:
        yield fail(
            "SENDERDESK_REVIEW_CHANNEL",
            "is not set: nobody would learn what could not be delivered",
            "Give the id of a private channel of your staff: at the end of the channel's details.",
        )


def _mail(settings: Settings) -> Iterator[Finding]:
    url = settings.smtp_url.get_secret_value()
    if not url:
        yield warn("SMTP_URL", "is not set: no e-mails are sent", "Give it if customers should also get e-mails.")
        return
    try:
        where = smtp_address(url)
    except SmtpAddressWrong as wrong:
        yield fail("SMTP_URL", "is not understood", wrong.sentence)
        return
    if where.password and where.security == "smtp" and where.host not in LOOPBACK:
        yield warn("SMTP_URL", f"sends a password to {where.host} in the clear", "Write smtp+starttls:// or smtps://.")
    address = parseaddr(settings.senderdesk_mail_from)[1]
    try:
        MailSender(url, settings.senderdesk_mail_from)
    except MailFromWrong as wrong:
        yield fail("SENDERDESK_MAIL_FROM", "holds no address", wrong.sentence)
        return
    if address.endswith("@localhost") and where.host not in LOOPBACK:
        yield warn("SENDERDESK_MAIL_FROM", f"is {address}, which others will not take mail from", "Give your domain.")
    else:
        yield ok("SENDERDESK_MAIL_FROM", settings.senderdesk_mail_from)


def _addresses(settings: Settings) -> Iterator[Finding]:
    plain = [
        (name, url)
        for name, url in (
            ("SLACK_API_URL", settings.slack_api_url),
            ("CONTACTS_API_URL", settings.contacts_api_url),
            ("CHATAPPS_API_URL", settings.chatapps_api_url),
            ("SMS_API_URL", settings.sms_api_url),
            ("OPERATOR_FEED_URL", settings.operator_feed_url or "https:"),
            ("DOCUSIGN_ACCOUNT_URL", settings.docusign_account_url),
        )
        if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in LOOPBACK
    ]
    for name, url in plain:
        yield fail(name, f"{url} is not https: keys and tokens would be read on the way", "Write https://.")
    yield ok("CHATAPPS_API_URL", settings.chatapps_api_url)
    yield ok("SMS_API_URL", settings.sms_api_url)
    own = ", ".join(settings.senderdesk_private_hosts)
    yield ok("SENDERDESK_PRIVATE_HOSTS", own or "none: /desk account takes hosts out in the world only")
    yield ok("SLACK_FILE_HOSTS", f"files are fetched from {', '.join(settings.slack_file_hosts) or 'nowhere'}")


_APP_TOKEN = "For Socket Mode make one on your app's page: Basic Information, App-Level Tokens, with connections:write."  # noqa: S105 no token
