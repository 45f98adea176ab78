"""The Slack app's manifest: one file, ``manifest.yml``, for Socket Mode; the HTTP variant is made from it."""

from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from bot.errors import DeskError

Manifest = dict[str, Any]

EVENTS_PATH = "/slack/events"
"""Where HTTP mode takes everything that Slack sends: events, commands, clicks and searches."""


class PublicAddressWrong(DeskError):
    """{url} is not an address that Slack can call: give the https address of your host, such as https://desk.example.com."""


def load() -> Manifest:
    """The manifest for Socket Mode, from the checkout or from beside this module in an installed wheel."""
    here = Path(__file__).resolve().parent
    found = next(path for path in (here / "manifest.yml", here.parent / "manifest.yml") if path.exists())
    manifest: Manifest = yaml.safe_load(found.read_text("utf-8"))
    return manifest


def over_http(manifest: Manifest, url: str) -> Manifest:
    """The same app with Slack calling ``url`` (https, the public side of SENDERDESK_HTTP_PORT) instead of a socket."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise PublicAddressWrong(url=url or "Nothing")
    address = url.rstrip("/").removesuffix(EVENTS_PATH) + EVENTS_PATH
    changed = deepcopy(manifest)
    settings = changed["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"]["request_url"] = address
    settings["interactivity"] |= {"request_url": address, "message_menu_options_url": address}
    for command in changed["features"]["slash_commands"]:
        command["url"] = address
    return changed


def as_text(manifest: Manifest) -> str:
    """The manifest as YAML, to be pasted into Slack's form."""
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=120)


def scopes(manifest: Manifest) -> set[str]:
    """What the bot asks for."""
    return set(manifest["oauth_config"]["scopes"]["bot"])


def events(manifest: Manifest) -> set[str]:
    """What the bot is told, by the names of the subscriptions (``message.channels``)."""
    return set(manifest["settings"]["event_subscriptions"]["bot_events"])


def commands(manifest: Manifest) -> set[str]:
    """The slash commands."""
    return {command["command"] for command in manifest["features"]["slash_commands"]}
