"""Where in Slack's payloads the things stand that every listener needs."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.accounts.rules import Sender
from handlers.payload import channel_of, hinted_channel, is_home, memory, read_sender, remember, thread_of

Load = Callable[[str], dict[str, Any]]
HERE, THERE = "T0SENDER", "T0OTHER"


@pytest.mark.parametrize(
    ("scenario", "sender"),
    [
        ("a_file_posted_in_a_channel", Sender("U0ANA", "", "C0KOPI")),
        ("a_file_posted_from_another_workspace", Sender("W0OTTO", THERE, "C0KOPI")),
        ("a_message_that_was_edited", Sender("U0ANA", "", "C0KOPI")),
        ("a_message_of_another_bot", Sender("", "", "C0KOPI", is_bot=True)),
        ("home_opened", Sender("U0ANA", "")),
        ("messages_tab_opened", Sender("U0ANA", "")),
        ("somebody_joined_a_channel", Sender("U0BEN", HERE, "C0KOPI")),
        ("a_command", Sender("U0RINA", HERE, "C0KOPI")),
        ("a_click_on_a_message", Sender("U0ANA", HERE, "C0KOPI")),
        ("a_click_from_another_workspace", Sender("W0OTTO", THERE, "C0KOPI")),
        ("a_click_on_an_ephemeral_message", Sender("U0RINA", HERE, "C0KOPI")),
        ("a_click_on_home", Sender("U0ANA", HERE)),
        ("a_click_in_a_form", Sender("U0ANA", HERE, None, "C0KOPI")),
        ("a_submitted_form", Sender("U0ANA", HERE, None, "C0KOPI")),
        ("a_closed_form", Sender("U0ANA", HERE)),
        ("a_global_shortcut", Sender("U0ANA", HERE)),
        ("a_message_shortcut", Sender("U0ANA", HERE, "C0KOPI")),
    ],
)
def test_the_sender_is_read_from_each_kind_of_payload(payload: Load, scenario: str, sender: Sender) -> None:
    """Who, from which workspace and where: the team is the person's, though the payload's own is ours."""
    assert read_sender(payload(scenario)) == sender


def test_the_thread_is_that_of_the_message(payload: Load) -> None:
    """A click on a reply stands in the thread of its root; a message of its own in none."""
    assert thread_of(payload("a_click_on_a_message")) == "1700000001.000100"
    assert thread_of(payload("a_file_posted_in_a_channel")) is None
    assert thread_of(payload("a_command")) is None


def test_home_is_no_modal(payload: Load) -> None:
    """Both are views, but only one of them is App Home."""
    assert is_home(payload("a_click_on_home"))
    assert not is_home(payload("a_click_in_a_form"))
    assert channel_of(payload("a_click_on_home")) is None


def test_what_a_modal_remembers_comes_back() -> None:
    """The channel and the ids that were put in are what is read."""
    body = {"view": {"private_metadata": remember("C0KOPI", file="f1", seen="3")}}
    assert memory(body) == {"channel": "C0KOPI", "file": "f1", "seen": "3"}
    assert hinted_channel(body) == "C0KOPI"
    assert hinted_channel({"view": {"private_metadata": remember(None, file="f1")}}) is None


@pytest.mark.parametrize("metadata", ["", "not json", "[]", '"C0KOPI"', "null", None])
def test_what_we_did_not_write_is_not_remembered(metadata: str | None) -> None:
    """Old modals hold other things; they count as nothing."""
    assert memory({"view": {"private_metadata": metadata}}) == {}
