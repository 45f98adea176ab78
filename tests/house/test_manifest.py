"""The manifest, the code and the README say the same."""

import re
from pathlib import Path

import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot import manifest
from bot.delivery.http import SLACK_PATH
from bot.manifest import EVENTS_PATH, PublicAddressWrong

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = manifest.load()
HISTORY = {"channels:history", "groups:history", "im:history"}
PLACES = {"channels:read", "groups:read", "im:read"}
# What each method of Slack's Web API asks for, after Slack's own pages.
METHODS = {
    "apps.connections.open": set(),
    "auth.test": set(),
    "chat.delete": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": HISTORY,
    "conversations.info": PLACES,
    "conversations.open": {"im:write"},
    "conversations.replies": HISTORY,
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "files.info": {"files:read"},
    "usergroups.users.list": {"usergroups:read"},
    "users.conversations": {"channels:read", "groups:read"},
    "users.info": {"users:read", "users:read.email"},
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}
EVENTS = {
    "app_home_opened": set(),
    "app_uninstalled": set(),
    "member_joined_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "tokens_revoked": set(),
}
FAMILIES = "apps|auth|bookmarks|bots|chat|conversations|dnd|emoji|files|pins|reactions|team|usergroups|users|views"


def methods_called() -> set[str]:
    """The Web API methods that the desk calls, by the names in its code."""
    sources = [path for folder in ("bot", "handlers") for path in (ROOT / folder).rglob("*.py")]
    code = "\n".join(path.read_text() for path in sources if "sandbox" not in path.parts)
    by_attribute = re.findall(rf"\.((?:{FAMILIES})_[A-Za-z_]+)\(", code)
    by_name = re.findall(rf'"((?:{FAMILIES})(?:\.[a-zA-Z]+)+)"', code)
    names = {name.replace("_", ".") for name in by_attribute} | set(by_name)
    return {name for name in names if hasattr(AsyncWebClient, name.replace(".", "_"))}


def test_every_method_that_is_called_is_known_here() -> None:
    """A new call of Slack's comes with what it asks for."""
    assert methods_called() - set(METHODS) == set()
    assert "chat.postMessage" in methods_called()


def test_the_manifest_asks_for_what_is_used_and_no_more() -> None:
    """The scopes are those of the methods that are called, of the events, and of slash commands."""
    needed = {"commands"}.union(
        *(METHODS[method] for method in methods_called() & set(METHODS)),
        *(EVENTS[event] for event in manifest.events(MANIFEST)),
    )
    assert manifest.scopes(MANIFEST) == needed


def registered(kind: str) -> set[str]:
    """What listeners are registered for, as the handlers' code names it."""
    code = "\n".join(path.read_text() for path in (ROOT / "handlers").glob("*.py"))
    return set(re.findall(rf'listen\.{kind}\((?:\{{"type": )?"([^"]+)"', code))


def test_the_slash_commands_are_those_with_listeners() -> None:
    """No command that nobody answers, and no listener that nobody reaches."""
    assert manifest.commands(MANIFEST) == {path.split()[0] for path in registered("command")}


def test_every_command_is_in_the_readme() -> None:
    """Who reads the README learns each of them, to its last word."""
    readme = (ROOT / "README.md").read_text()
    paths = {path for path in registered("command") if " " in path}
    assert len(paths) > 3
    assert [path for path in paths if f"`{path}" not in readme] == []


def test_events_that_are_listened_for_are_subscribed() -> None:
    """A listener for an event that Slack never sends would be silent for ever."""
    subscribed = {event.split(".")[0] for event in manifest.events(MANIFEST)}
    assert registered("event") - subscribed == set()
    assert registered("event")


def test_http_mode_listens_where_the_manifest_says() -> None:
    """One path, named in two places."""
    assert EVENTS_PATH == SLACK_PATH


def test_slacks_limits_are_kept() -> None:
    """Slack's form takes no longer names and descriptions (source: its manifest reference)."""
    about, features = MANIFEST["display_information"], MANIFEST["features"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
    assert len(features["bot_user"]["display_name"]) <= 80
    assert all(len(one["command"]) <= 32 and len(one["description"]) <= 2000 for one in features["slash_commands"])


def addresses(node: object) -> list[str]:
    """Every address that stands anywhere in a manifest."""
    if isinstance(node, dict):
        return [found for value in node.values() for found in addresses(value)]
    if isinstance(node, list):
        return [found for value in node for found in addresses(value)]
    return [node] if isinstance(node, str) and "://" in node else []


def test_socket_mode_needs_no_address() -> None:
    """The file itself is for Socket Mode."""
    assert MANIFEST["settings"]["socket_mode_enabled"] is True
    assert addresses(MANIFEST) == []


@pytest.mark.parametrize(
    "url", ["https://desk.example.com", "https://desk.example.com/", "https://desk.example.com/slack/events"]
)
def test_over_http_everything_that_slack_sends_has_an_address(url: str) -> None:
    """Events, clicks, searches and each command come to the one path of HTTP mode."""
    over_http = manifest.over_http(MANIFEST, url)
    settings = over_http["settings"]
    assert settings["socket_mode_enabled"] is False
    called = [
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
        settings["interactivity"]["message_menu_options_url"],
        *(command["url"] for command in over_http["features"]["slash_commands"]),
    ]
    assert set(called) == {"https://desk.example.com" + EVENTS_PATH}
    assert len(called) == len(addresses(over_http))
    assert manifest.scopes(over_http) == manifest.scopes(MANIFEST)


@pytest.mark.parametrize("url", ["", "desk.example.com", "http://desk.example.com", "https://", "https://x.test?a=1"])
def test_an_address_that_slack_cannot_call_is_refused(url: str) -> None:
    """Slack calls https only."""
    with pytest.raises(PublicAddressWrong, match="https"):
        manifest.over_http(MANIFEST, url)


def test_what_is_printed_is_the_manifest() -> None:
    """Pasted into Slack's form it is the same again."""
    assert yaml.safe_load(manifest.as_text(MANIFEST)) == MANIFEST
