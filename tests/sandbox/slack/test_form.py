"""What stands in ``state.values`` for every kind of field, and what Slack checks before it sends."""

from typing import Any

import pytest

from bot.sandbox.slack.actor import Actor, NotOnScreen, Refused
from bot.sandbox.slack.form import problems, untouched
from bot.sandbox.slack.workspace import Slack

A = {"text": {"type": "plain_text", "text": "Apple"}, "value": "a"}
B = {"text": {"type": "plain_text", "text": "Banana"}, "value": "b"}
PLAIN = {"type": "plain_text", "text": "x"}


def field(element: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An input with this element."""
    return {"type": "input", "block_id": "b", "label": PLAIN, "element": {"action_id": "a", **element}, **more}


def modal(*blocks: dict[str, Any]) -> dict[str, Any]:
    """A modal."""
    return {"type": "modal", "title": PLAIN, "submit": PLAIN, "blocks": list(blocks)}


@pytest.fixture
def show(slack: Slack, ana: Actor) -> Any:
    """Opens a modal with one field in front of Ana; the state of that field."""

    def state(element: dict[str, Any], **more: Any) -> Any:
        view = slack.windows.open("U0ANA", slack.windows.accept(modal(field(element, **more)), "modal"))
        return lambda: slack.windows.shape(view)["state"]["values"]["b"]["a"]

    assert ana.person.id == "U0ANA"
    return state


FIELDS: list[tuple[dict[str, Any], dict[str, Any], Any, dict[str, Any]]] = [
    # element, its state untouched, what is entered, its state then
    ({"type": "plain_text_input"}, {"value": None}, "hi", {"value": "hi"}),
    ({"type": "plain_text_input", "initial_value": "old"}, {"value": "old"}, "", {"value": None}),
    ({"type": "email_text_input"}, {"value": None}, "a@b.example", {"value": "a@b.example"}),
    ({"type": "url_text_input"}, {"value": None}, "https://b.example", {"value": "https://b.example"}),
    ({"type": "number_input", "is_decimal_allowed": True}, {"value": None}, "1.5", {"value": "1.5"}),
    ({"type": "static_select", "options": [A, B]}, {"selected_option": None}, "b", {"selected_option": B}),
    ({"type": "static_select", "options": [A, B]}, {"selected_option": None}, "Apple", {"selected_option": A}),
    (
        {"type": "static_select", "options": [A, B], "initial_option": A},
        {"selected_option": A},
        None,
        {"selected_option": None},
    ),
    (
        {
            "type": "static_select",
            "option_groups": [{"label": PLAIN, "options": [A]}, {"label": PLAIN, "options": [B]}],
        },
        {"selected_option": None},
        "b",
        {"selected_option": B},
    ),
    ({"type": "radio_buttons", "options": [A, B]}, {"selected_option": None}, "a", {"selected_option": A}),
    ({"type": "checkboxes", "options": [A, B]}, {"selected_options": []}, ["a", "b"], {"selected_options": [A, B]}),
    ({"type": "multi_static_select", "options": [A, B]}, {"selected_options": []}, "b", {"selected_options": [B]}),
    ({"type": "multi_external_select"}, {"selected_options": []}, None, {"selected_options": []}),
    ({"type": "external_select"}, {"selected_option": None}, None, {"selected_option": None}),
    ({"type": "users_select"}, {"selected_user": None}, "U0BEN", {"selected_user": "U0BEN"}),
    ({"type": "channels_select"}, {"selected_channel": None}, "C0KOPI", {"selected_channel": "C0KOPI"}),
    ({"type": "conversations_select"}, {"selected_conversation": None}, "C1", {"selected_conversation": "C1"}),
    ({"type": "multi_users_select"}, {"selected_users": []}, ["U1", "U2"], {"selected_users": ["U1", "U2"]}),
    ({"type": "multi_channels_select"}, {"selected_channels": []}, "C1", {"selected_channels": ["C1"]}),
    ({"type": "multi_conversations_select"}, {"selected_conversations": []}, [], {"selected_conversations": []}),
    ({"type": "datepicker"}, {"selected_date": None}, "2026-11-23", {"selected_date": "2026-11-23"}),
    ({"type": "timepicker"}, {"selected_time": None}, "09:30", {"selected_time": "09:30"}),
    ({"type": "datetimepicker"}, {"selected_date_time": None}, "1795429719", {"selected_date_time": 1795429719}),
    ({"type": "file_input"}, {"files": []}, [], {"files": []}),
]


@pytest.mark.parametrize(
    ("element", "before", "entered"),
    [(element, before, (value, after)) for element, before, value, after in FIELDS],
    ids=[f"{f[0]['type']}-{f[2]}" for f in FIELDS],
)
async def test_state_by_type(show: Any, ana: Actor, element: Any, before: Any, entered: Any) -> None:
    """Each kind of field has its own name for its value, and its own emptiness."""
    value, after = entered
    state = show(element)
    assert state() == {"type": element["type"], **before}
    await ana.fill("a", value)
    assert state() == {"type": element["type"], **after}


async def test_rich_text_has_a_value_of_its_own(show: Any) -> None:
    """A rich text field is empty until something is written."""
    assert show({"type": "rich_text_input"})() == {"type": "rich_text_input", "rich_text_value": None}


async def test_a_chosen_file_stands_there_in_full(show: Any, ana: Actor) -> None:
    """With its name, size and address."""
    state = show({"type": "file_input"})
    await ana.fill("a", [("a.csv", b"123")])
    (file,) = state()["files"]
    assert (file["name"], file["size"], file["user"]) == ("a.csv", 3, "U0ANA")
    assert file["url_private_download"].startswith("http://127.0.0.1:")


async def test_elements_outside_inputs_have_a_state_too(slack: Slack) -> None:
    """Selects beside a section or among actions are part of it; buttons are not."""
    select = {"type": "static_select", "action_id": "s", "options": [A]}
    button = {"type": "button", "action_id": "go", "text": PLAIN}
    blocks = [
        {"type": "section", "block_id": "one", "text": PLAIN, "accessory": select},
        {"type": "actions", "block_id": "two", "elements": [button, {**select, "initial_option": A}]},
    ]
    view = slack.windows.open("U0ANA", slack.windows.accept(modal(*blocks), "modal"))
    assert slack.windows.shape(view)["state"]["values"] == {
        "one": {"s": {"type": "static_select", "selected_option": None}},
        "two": {"s": {"type": "static_select", "selected_option": A}},
    }


CHECKED: list[tuple[dict[str, Any], Any, str | None]] = [
    ({"type": "plain_text_input"}, None, "This field is required"),
    ({"type": "plain_text_input"}, "x", None),
    ({"type": "plain_text_input", "min_length": 3}, "ab", "Must be at least 3 characters"),
    ({"type": "plain_text_input", "min_length": 3}, "abc", None),
    ({"type": "plain_text_input", "max_length": 3}, "abcd", "Must be at most 3 characters"),
    ({"type": "plain_text_input", "max_length": 3}, "abc", None),
    ({"type": "plain_text_input"}, "x" * 3001, "Must be at most 3000 characters"),
    ({"type": "email_text_input"}, "nobody", "Please enter a valid email address"),
    ({"type": "email_text_input"}, "a@b.example", None),
    ({"type": "url_text_input"}, "b.example", "Please enter a valid URL"),
    ({"type": "url_text_input"}, "https://b.example/x", None),
    ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a whole number"),
    ({"type": "number_input", "is_decimal_allowed": True}, "1.5", None),
    ({"type": "number_input", "is_decimal_allowed": True}, "one", "Please enter a valid number"),
    ({"type": "number_input", "is_decimal_allowed": False, "min_value": "3"}, "2", "Must be at least 3"),
    ({"type": "number_input", "is_decimal_allowed": False, "max_value": "3"}, "4", "Must be at most 3"),
    ({"type": "number_input", "is_decimal_allowed": False, "min_value": "3", "max_value": "3"}, "3", None),
    ({"type": "checkboxes", "options": [A]}, [], "This field is required"),
    ({"type": "file_input"}, [], "This field is required"),
    ({"type": "static_select", "options": [A]}, None, "This field is required"),
]


@pytest.mark.parametrize(("element", "value", "sentence"), CHECKED)
async def test_slack_checks_before_it_sends(
    show: Any, ana: Actor, element: Any, value: Any, sentence: str | None
) -> None:
    """Required fields, lengths, and kinds of text are checked in front of the person; the bot hears nothing."""
    show(element)
    await ana.fill("a", value)
    view = ana.view()
    assert view
    assert problems(view.blocks, view.entries) == ({"b": sentence} if sentence else {})
    if sentence:
        assert await ana.submit() == {"b": sentence}
        assert ana.slack.delivery.log == []


async def test_optional_fields_may_stay_empty(show: Any, ana: Actor) -> None:
    """But what is in them must be right."""
    show({"type": "email_text_input"}, optional=True)
    view = ana.view()
    assert view
    assert problems(view.blocks, view.entries) == {}
    await ana.fill("a", "nobody")
    assert await ana.submit() == {"b": "Please enter a valid email address"}


async def test_only_so_many_can_be_chosen(show: Any, ana: Actor) -> None:
    """``max_selected_items`` holds in front of the person."""
    show({"type": "multi_static_select", "options": [A, B], "max_selected_items": 1})
    with pytest.raises(Refused, match="at most 1"):
        await ana.fill("a", ["a", "b"])


async def test_only_what_is_offered_can_be_chosen(show: Any, ana: Actor) -> None:
    """An option that is not there cannot be chosen; the message says what is."""
    show({"type": "static_select", "options": [A, B]})
    with pytest.raises(NotOnScreen, match=r"no option 'c'; there is: a \(Apple\), b \(Banana\)"):
        await ana.fill("a", "c")


def test_initial_values_are_copied() -> None:
    """Choosing does not change what the bot sent."""
    element = {"type": "checkboxes", "options": [A], "initial_options": [A]}
    untouched(element)["selected_options"].clear()
    assert element["initial_options"] == [A]
