"""Whatever a bot sends, the judge of blocks answers with errors, never with a crash."""

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.slack.blocks import check_blocks, check_view

PLAIN = {"type": "plain_text", "text": "x"}
OPTION = {"text": PLAIN, "value": "1"}
SELECT = {"type": "static_select", "action_id": "s", "options": [OPTION], "initial_option": OPTION}
GROUPS = {
    "type": "multi_static_select",
    "option_groups": [{"label": PLAIN, "options": [OPTION]}],
    "initial_options": [OPTION],
}
CONFIRM = {"title": PLAIN, "text": PLAIN, "confirm": PLAIN, "deny": PLAIN}
CELL = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]}
VALID: dict[str, Any] = {
    "type": "modal",
    "title": PLAIN,
    "submit": PLAIN,
    "blocks": [
        {"type": "section", "block_id": "a", "text": PLAIN, "fields": [PLAIN], "accessory": GROUPS},
        {"type": "actions", "elements": [SELECT, {"type": "button", "text": PLAIN, "confirm": CONFIRM}]},
        {"type": "input", "label": PLAIN, "element": {"type": "plain_text_input", "max_length": 5}},
        {"type": "input", "label": PLAIN, "element": {"type": "file_input", "filetypes": ["csv"]}},
        {"type": "context", "elements": [{"type": "image", "slack_file": {"id": "F"}, "alt_text": "x"}]},
        CELL,
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}, CELL]], "column_settings": [{}]},
        {"type": "carousel", "elements": [{"type": "card", "icon": {"alt_text": "x"}, "actions": []}]},
        {"type": "context_actions", "elements": [{"type": "feedback_buttons", "positive_button": {"text": PLAIN}}]},
        {"type": "data_visualization", "chart": {"series": [{}]}},
        {"type": "plan", "tasks": [{"status": "error"}]},
        {"type": "markdown", "text": "x"},
    ],
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["type", "text", "x"]), inner),
    max_leaves=4,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every spot in a payload: what holds it, and its key."""
    keys: Any = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [spot for key in keys for spot in [(value, key), *places(value[key])]]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_nothing_crashes_it(data: st.DataObject) -> None:
    """A valid view in which some spots hold anything at all gives a list of errors."""
    view = deepcopy(VALID)
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(places(view)))
        holder[key] = data.draw(ANYTHING)
    for error in [*check_view(view), *check_blocks(view.get("blocks"), "message")]:
        assert error.pointer.startswith("/")
        assert error.message
