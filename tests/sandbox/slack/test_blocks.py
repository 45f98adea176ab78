"""Block Kit's limits: what is at a limit passes, what is one beyond is refused, with its place."""

from copy import deepcopy
from typing import Any

import pytest

from bot.sandbox.slack.blocks import Surface, check_blocks, check_view, with_ids

Json = dict[str, Any]


def plain(length: int = 1) -> Json:
    """A plain text of this length."""
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int = 1) -> Json:
    """A mrkdwn text of this length."""
    return {"type": "mrkdwn", "text": "x" * length}


def option(n: int = 0, **more: Any) -> Json:
    """An option with a value of its own."""
    return {"text": plain(), "value": str(n), **more}


def options(count: int) -> list[Json]:
    """So many options."""
    return [option(n) for n in range(count)]


def section(**more: Any) -> Json:
    """A section."""
    return {"type": "section", "text": mrkdwn(), **more}


def button(**more: Any) -> Json:
    """A button."""
    return {"type": "button", "text": plain(), **more}


def actions(*elements: Json) -> Json:
    """Actions."""
    return {"type": "actions", "elements": list(elements)}


def field(element: Json, **more: Any) -> Json:
    """An input."""
    return {"type": "input", "label": plain(), "element": element, **more}


def written(**more: Any) -> Json:
    """A text field."""
    return {"type": "plain_text_input", **more}


def select(**more: Any) -> Json:
    """A select with two options."""
    return {"type": "static_select", "options": options(2), **more}


def image(**more: Any) -> Json:
    """A picture."""
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A", **more}


def confirm(**more: Any) -> Json:
    """A confirm dialog."""
    return {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(), **more}


def modal(*blocks: Json, **more: Any) -> Json:
    """A modal."""
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks), **more}


def rich_text(*texts: str) -> Json:
    """Rich text."""
    leaves = [{"type": "text", "text": text} for text in texts]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": leaves}]}


def table(rows: int, cells: int) -> Json:
    """A table."""
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * cells] * rows}


def group(count: int) -> Json:
    """A group of options."""
    return {"label": plain(), "options": options(count)}


LIMITS: list[tuple[str, Any, Any, str]] = [
    # what, at the limit, one beyond, where the refusal points
    ("section text", section(text=mrkdwn(3000)), section(text=mrkdwn(3001)), "/text/text"),
    ("section text is not empty", section(text=mrkdwn(1)), section(text=mrkdwn(0)), "/text/text"),
    ("section fields", section(fields=[plain()] * 10), section(fields=[plain()] * 11), "/fields"),
    ("section field", section(fields=[plain(2000)]), section(fields=[plain(2001)]), "/fields/0/text"),
    ("header", {"type": "header", "text": plain(150)}, {"type": "header", "text": plain(151)}, "/text/text"),
    (
        "header level",
        {"type": "header", "text": plain(), "level": 4},
        {"type": "header", "text": plain(), "level": 5},
        "/level",
    ),
    ("image alt text", image(alt_text="x" * 2000), image(alt_text="x" * 2001), "/alt_text"),
    ("image title", image(title=plain(2000)), image(title=plain(2001)), "/title/text"),
    ("image URL", image(image_url="x" * 3000), image(image_url="x" * 3001), "/image_url"),
    (
        "context elements",
        {"type": "context", "elements": [mrkdwn()] * 10},
        {"type": "context", "elements": [mrkdwn()] * 11},
        "/elements",
    ),
    ("actions elements", actions(*[button()] * 25), actions(*[button()] * 26), "/elements"),
    ("actions are not empty", actions(button()), actions(), "/elements"),
    ("input label", field(written(), label=plain(2000)), field(written(), label=plain(2001)), "/label/text"),
    ("input hint", field(written(), hint=plain(2000)), field(written(), hint=plain(2001)), "/hint/text"),
    ("block id", section(block_id="x" * 255), section(block_id="x" * 256), "/block_id"),
    ("action id", actions(button(action_id="x" * 255)), actions(button(action_id="x" * 256)), "/elements/0/action_id"),
    ("button text", actions(button(text=plain(75))), actions(button(text=plain(76))), "/elements/0/text/text"),
    ("button value", actions(button(value="x" * 2000)), actions(button(value="x" * 2001)), "/elements/0/value"),
    ("button URL", actions(button(url="x" * 3000)), actions(button(url="x" * 3001)), "/elements/0/url"),
    (
        "button's label for screen readers",
        actions(button(accessibility_label="x" * 75)),
        actions(button(accessibility_label="x" * 76)),
        "/elements/0/accessibility_label",
    ),
    (
        "overflow options",
        actions({"type": "overflow", "options": options(5)}),
        actions({"type": "overflow", "options": options(6)}),
        "/elements/0/options",
    ),
    (
        "checkboxes",
        actions({"type": "checkboxes", "options": options(10)}),
        actions({"type": "checkboxes", "options": options(11)}),
        "/elements/0/options",
    ),
    (
        "radio buttons",
        actions({"type": "radio_buttons", "options": options(10)}),
        actions({"type": "radio_buttons", "options": options(11)}),
        "/elements/0/options",
    ),
    (
        "select options",
        actions(select(options=options(100))),
        actions(select(options=options(101))),
        "/elements/0/options",
    ),
    (
        "select groups",
        actions({"type": "static_select", "option_groups": [group(1)] * 100}),
        actions({"type": "static_select", "option_groups": [group(1)] * 101}),
        "/elements/0/option_groups",
    ),
    (
        "options of a group",
        actions({"type": "static_select", "option_groups": [group(100)]}),
        actions({"type": "static_select", "option_groups": [group(101)]}),
        "/elements/0/option_groups/0/options",
    ),
    (
        "option text",
        actions(select(options=[option(text=plain(75))])),
        actions(select(options=[option(text=plain(76))])),
        "/elements/0/options/0/text/text",
    ),
    (
        "option value",
        actions(select(options=[option() | {"value": "x" * 150}])),
        actions(select(options=[option() | {"value": "x" * 151}])),
        "/elements/0/options/0/value",
    ),
    (
        "option description",
        actions(select(options=[option(description=plain(75))])),
        actions(select(options=[option(description=plain(76))])),
        "/elements/0/options/0/description/text",
    ),
    (
        "placeholder",
        actions(select(placeholder=plain(150))),
        actions(select(placeholder=plain(151))),
        "/elements/0/placeholder/text",
    ),
    (
        "initial value of a text field",
        field(written(initial_value="x" * 3000)),
        field(written(initial_value="x" * 3001)),
        "/element/initial_value",
    ),
    ("longest text", field(written(max_length=3000)), field(written(max_length=3001)), "/element/max_length"),
    (
        "confirm title",
        actions(button(confirm=confirm(title=plain(100)))),
        actions(button(confirm=confirm(title=plain(101)))),
        "/elements/0/confirm/title/text",
    ),
    (
        "confirm text",
        actions(button(confirm=confirm(text=mrkdwn(300)))),
        actions(button(confirm=confirm(text=mrkdwn(301)))),
        "/elements/0/confirm/text/text",
    ),
    (
        "confirm button",
        actions(button(confirm=confirm(confirm=plain(30)))),
        actions(button(confirm=confirm(confirm=plain(31)))),
        "/elements/0/confirm/confirm/text",
    ),
    (
        "markdown",
        {"type": "markdown", "text": "x" * 12_000},
        {"type": "markdown", "text": "x" * 12_001},
        "/text",
    ),
    ("table rows", table(100, 1), table(101, 1), "/rows"),
    ("table cells", table(1, 20), table(1, 21), "/rows/0"),
    (
        "data table pages",
        {"type": "data_table", "caption": "c", "page_size": 100},
        {"type": "data_table", "caption": "c", "page_size": 101},
        "/page_size",
    ),
    (
        "chart title",
        {"type": "data_visualization", "title": "x" * 50},
        {"type": "data_visualization", "title": "x" * 51},
        "/title",
    ),
    (
        "chart segments",
        {"type": "data_visualization", "chart": {"type": "pie", "segments": [{}] * 6}},
        {"type": "data_visualization", "chart": {"type": "pie", "segments": [{}] * 7}},
        "/chart/segments",
    ),
    ("card title", {"type": "card", "title": plain(150)}, {"type": "card", "title": plain(151)}, "/title/text"),
    ("card body", {"type": "card", "body": mrkdwn(200)}, {"type": "card", "body": mrkdwn(201)}, "/body/text"),
    (
        "carousel",
        {"type": "carousel", "elements": [{"type": "card"}] * 10},
        {"type": "carousel", "elements": [{"type": "card"}] * 11},
        "/elements",
    ),
    (
        "container children",
        {"type": "container", "title": plain(), "child_blocks": [section()] * 10},
        {"type": "container", "title": plain(), "child_blocks": [section()] * 11},
        "/child_blocks",
    ),
    (
        "context actions",
        {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain()}] * 5},
        {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain()}] * 6},
        "/elements",
    ),
]


@pytest.mark.parametrize(("at", "beyond", "where"), [case[1:] for case in LIMITS], ids=[case[0] for case in LIMITS])
def test_limits(at: Json, beyond: Json, where: str) -> None:
    """What is at a limit passes; one more is refused at its place."""
    assert check_blocks([at], "message") == []
    assert [error.pointer for error in check_blocks([beyond], "message")] == [f"/blocks/0{where}"]


REFUSED: list[tuple[str, Any, str, str]] = [
    # what, block, where, words
    ("no object", "text", "", "must provide an object"),
    ("no type", {"text": plain()}, "", "missing required field: type"),
    ("unknown block", {"type": "marquee"}, "/type", "unsupported type: marquee"),
    ("read-only block", {"type": "file", "external_id": "1", "source": "remote"}, "/type", "unsupported type: file"),
    ("unknown field", section(colour="red"), "", "invalid additional property: colour"),
    ("section without text", {"type": "section"}, "", "must have at least one of: text, fields"),
    ("text that is no object", section(text="hi"), "/text", "must provide an object"),
    ("unknown kind of text", section(text={"type": "html", "text": "x"}), "/text/type", "must be one of"),
    ("text without text", section(text={"type": "mrkdwn"}), "/text", "missing required field: text"),
    ("emoji in mrkdwn", section(text=mrkdwn() | {"emoji": True}), "/text", "invalid additional property: emoji"),
    ("mrkdwn in a header", {"type": "header", "text": mrkdwn()}, "/text/type", "must be one of: plain_text"),
    ("mrkdwn on a button", actions(button(text=mrkdwn())), "/elements/0/text/type", "must be one of: plain_text"),
    (
        "mrkdwn in an option",
        actions(select(options=[option(text=mrkdwn())])),
        "/elements/0/options/0/text/type",
        "must",
    ),
    ("mrkdwn in a label", field(written(), label=mrkdwn()), "/label/type", "must be one of: plain_text"),
    ("button without text", actions({"type": "button"}), "/elements/0", "missing required field: text"),
    ("button's colour", actions(button(style="green")), "/elements/0/style", "must be one of: primary, danger"),
    ("image without alt text", {"type": "image", "image_url": "u"}, "", "missing required field: alt_text"),
    ("image of two sources", image(slack_file={"id": "F1"}), "", "must have exactly one of: image_url, slack_file"),
    ("select without options", actions({"type": "static_select"}), "/elements/0", "must have exactly one of"),
    ("options and groups", actions(select(option_groups=[group(1)])), "/elements/0", "must have exactly one of"),
    ("no option at all", actions(select(options=[])), "/elements/0/options", "no fewer than 1 items allowed"),
    (
        "initial option not offered",
        actions(select(initial_option=option(7))),
        "/elements/0/initial_option",
        "must be one of the options",
    ),
    ("text field in actions", actions(written()), "/elements/0/type", "unsupported type: plain_text_input"),
    ("button in an input", field(button()), "/element/type", "unsupported type: button"),
    (
        "datetimepicker beside a section",
        section(accessory={"type": "datetimepicker"}),
        "/accessory/type",
        "unsupported type: datetimepicker",
    ),
    (
        "option without a value",
        actions(select(options=[option() | {"value": ""}])),
        "/elements/0/options/0/value",
        "must be more than 0 characters",
    ),
    ("a whole number", {"type": "header", "text": plain(), "level": "2"}, "/level", "must be an integer"),
    ("confirm's colour", actions(button(confirm=confirm(style="red"))), "/elements/0/confirm/style", "must be one of"),
    (
        "a picture by two names",
        {"type": "image", "alt_text": "x", "slack_file": {"id": "F1", "url": "u"}},
        "/slack_file",
        "must have exactly one of: id, url",
    ),
    (
        "several users in a select for one",
        actions({"type": "users_select", "initial_users": ["U1"]}),
        "/elements/0",
        "invalid additional property",
    ),
    (
        "an empty filter",
        actions({"type": "conversations_select", "filter": {}}),
        "/elements/0/filter",
        "must not be empty",
    ),
    (
        "workflow button without a workflow",
        actions({"type": "workflow_button", "text": plain()}),
        "/elements/0",
        "workflow",
    ),
    (
        "rich text field that starts with anything",
        field({"type": "rich_text_input", "initial_value": {"type": "rich_text", "elements": [{"type": "x"}]}}),
        "/element/initial_value/elements/0/type",
        "must be one of",
    ),
    ("columns of a table", table(1, 1) | {"column_settings": [{}] * 21}, "/column_settings", "no more than 20"),
    ("unknown element", actions({"type": "slider"}), "/elements/0/type", "unsupported type: slider"),
    ("text element among actions", actions(mrkdwn()), "/elements/0/type", "unsupported type: mrkdwn"),
    ("button in a context", {"type": "context", "elements": [button()]}, "/elements/0/type", "must be one of"),
    ("files in a message", field({"type": "file_input"}), "/element/type", "only in a modal"),
    ("alert in a message", {"type": "alert", "text": plain()}, "/type", "not in a message"),
    (
        "a date that is none",
        field({"type": "datepicker", "initial_date": "23.11.2026"}),
        "/element/initial_date",
        "like",
    ),
    ("a time that is none", field({"type": "timepicker", "initial_time": "24:00"}), "/element/initial_time", "like"),
    ("a number field that says too little", field({"type": "number_input"}), "/element", "is_decimal_allowed"),
    ("a flag that is no flag", field(written(), optional="yes"), "/optional", "must be a boolean"),
    ("confirm without deny", actions(button(confirm={**confirm(), "deny": None})), "/elements/0/confirm", "deny"),
    (
        "rich text of unknown kind",
        {"type": "rich_text", "elements": [{"type": "x"}]},
        "/elements/0/type",
        "must be one",
    ),
    ("empty rich text", rich_text(""), "/elements/0/elements/0/text", "must be more than 0 characters"),
    ("data table without caption", {"type": "data_table", "rows": []}, "", "missing required field: caption"),
]


@pytest.mark.parametrize(("block", "where", "words"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_refused(block: Any, where: str, words: str) -> None:
    """What Slack does not accept is refused, with its place and why."""
    errors = check_blocks([block], "message")
    assert [error.pointer for error in errors] == [f"/blocks/0{where}"]
    assert words in errors[0].message


def test_every_error_is_told_at_once() -> None:
    """Several mistakes give several errors, each where it is."""
    blocks = [section(text=mrkdwn(3001)), {"type": "divider", "x": 1}, actions(button(text=plain(76)))]
    pointers = [error.pointer for error in check_blocks(blocks, "message")]
    assert pointers == ["/blocks/0/text/text", "/blocks/1", "/blocks/2/elements/0/text/text"]


def test_an_error_reads_like_slacks() -> None:
    """The words are Slack's."""
    (error,) = check_blocks([section(text=mrkdwn(3001))], "message")
    assert str(error) == "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_how_many_blocks(surface: Surface, most: int) -> None:
    """50 blocks in a message, 100 in a modal or Home."""
    assert check_blocks([section()] * most, surface) == []
    assert [error.pointer for error in check_blocks([section()] * (most + 1), surface)] == ["/blocks"]


def test_block_ids_are_unique() -> None:
    """Two blocks of one name are refused; two without a name are not."""
    assert check_blocks([section(), section()], "message") == []
    (error,) = check_blocks([section(block_id="a"), section(block_id="a")], "message")
    assert error.pointer == "/blocks/1/block_id"


def test_action_ids_are_unique_in_their_block() -> None:
    """Two elements of one name in a block are refused; in two blocks they are not."""
    one = button(action_id="go")
    assert check_blocks([actions(one), actions(one)], "message") == []
    (error,) = check_blocks([actions(one, one)], "message")
    assert error.pointer == "/blocks/0/elements/1/action_id"


def test_one_table_and_two_charts() -> None:
    """A message holds one table and two charts."""
    chart = {"type": "data_visualization"}
    assert check_blocks([table(1, 1), chart, chart], "message") == []
    assert len(check_blocks([table(1, 1), table(1, 1)], "message")) == 1
    assert len(check_blocks([chart] * 3, "message")) == 1


def test_markdown_is_counted_together() -> None:
    """All markdown blocks of a message share 12,000 characters."""
    half = {"type": "markdown", "text": "x" * 6000}
    assert check_blocks([half, half], "message") == []
    assert [e.pointer for e in check_blocks([half, half, {"type": "markdown", "text": "x"}], "message")] == ["/blocks"]


NEW = {
    "markdown": {"type": "markdown", "text": "x"},
    "table": table(1, 1),
    "data_table": {"type": "data_table", "caption": "c"},
    "data_visualization": {"type": "data_visualization"},
    "alert": {"type": "alert", "text": plain()},
    "card": {"type": "card"},
    "carousel": {"type": "carousel", "elements": [{"type": "card"}]},
    "container": {"type": "container", "title": plain(), "child_blocks": [section()]},
    "plan": {"type": "plan"},
    "task_card": {"type": "task_card", "status": "complete"},
    "context_actions": {
        "type": "context_actions",
        "elements": [{"type": "icon_button", "icon": "trash", "text": plain()}],
    },
}
SURFACES = {
    "alert": {"modal"},
    "card": {"message", "modal", "home"},
    "carousel": {"message", "home"},
}


@pytest.mark.parametrize("surface", ["message", "modal", "home"])
@pytest.mark.parametrize("kind", NEW)
def test_where_new_blocks_may_stand(kind: str, surface: Surface) -> None:
    """The newer blocks stand only where Slack draws them."""
    allowed = surface in SURFACES.get(kind, {"message"})
    assert (check_blocks([NEW[kind]], surface) == []) is allowed


EVERY_ELEMENT = [
    {"type": "checkboxes", "options": options(1)},
    {"type": "radio_buttons", "options": options(1)},
    select(),
    {"type": "external_select", "min_query_length": 1},
    {"type": "users_select", "initial_user": "U1"},
    {"type": "conversations_select", "default_to_current_conversation": True},
    {"type": "channels_select", "initial_channel": "C1"},
    {"type": "multi_static_select", "options": options(2), "max_selected_items": 2},
    {"type": "multi_external_select"},
    {"type": "multi_users_select", "initial_users": ["U1"]},
    {"type": "multi_conversations_select"},
    {"type": "multi_channels_select"},
    {"type": "datepicker", "initial_date": "2026-11-23"},
    {"type": "timepicker", "initial_time": "23:59"},
    {"type": "datetimepicker", "initial_date_time": 1795429719},
    written(multiline=True, min_length=0, max_length=10),
    {"type": "email_text_input"},
    {"type": "url_text_input"},
    {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"},
    {"type": "rich_text_input"},
    {"type": "file_input", "max_files": 10, "filetypes": ["csv"]},
]


@pytest.mark.parametrize("element", EVERY_ELEMENT, ids=lambda element: element["type"])
def test_every_field_may_stand_in_a_form(element: Json) -> None:
    """Each element that holds a value is accepted in a modal's input."""
    assert check_view(modal(field(element))) == []


@pytest.mark.parametrize("files", [0, 11])
def test_files_of_a_form(files: int) -> None:
    """A file field takes 1 to 10 files."""
    (error,) = check_view(modal(field({"type": "file_input", "max_files": files})))
    assert error.pointer == "/view/blocks/0/element/max_files"


VIEWS: list[tuple[str, Json, Json, str]] = [
    ("title", modal(title=plain(24)), modal(title=plain(25)), "/view/title/text"),
    ("submit", modal(submit=plain(24)), modal(submit=plain(25)), "/view/submit/text"),
    ("close", modal(close=plain(24)), modal(close=plain(25)), "/view/close/text"),
    ("callback id", modal(callback_id="x" * 255), modal(callback_id="x" * 256), "/view/callback_id"),
    ("metadata", modal(private_metadata="x" * 3000), modal(private_metadata="x" * 3001), "/view/private_metadata"),
]


@pytest.mark.parametrize(("at", "beyond", "where"), [case[1:] for case in VIEWS], ids=[case[0] for case in VIEWS])
def test_limits_of_views(at: Json, beyond: Json, where: str) -> None:
    """A view's own texts have limits, too."""
    assert check_view(at) == []
    assert [error.pointer for error in check_view(beyond)] == [where]


REFUSED_VIEWS: list[tuple[str, Any, str, str]] = [
    ("no object", [], "/view", "must provide an object"),
    ("no blocks", {"type": "home"}, "/view", "missing required field: blocks"),
    ("unknown type", {"type": "popup", "blocks": []}, "/view/type", "must be one of: modal, home"),
    ("modal without title", modal(title=None), "/view", "missing required field: title"),
    ("mrkdwn title", modal(title=mrkdwn()), "/view/title/type", "must be one of: plain_text"),
    ("input without submit", modal(field(written()), submit=None), "/view", "missing required field: submit"),
    ("Home with a title", {"type": "home", "title": plain(), "blocks": []}, "/view", "invalid additional property"),
    (
        "two fields that want the focus",
        modal(field(written(focus_on_load=True)), field(written(focus_on_load=True))),
        "/view/blocks",
        "only one element may have focus_on_load",
    ),
]


@pytest.mark.parametrize(
    ("view", "where", "words"), [case[1:] for case in REFUSED_VIEWS], ids=[case[0] for case in REFUSED_VIEWS]
)
def test_refused_views(view: Any, where: str, words: str) -> None:
    """What is wrong with a view as a whole is told of the view."""
    errors = check_view(view)
    assert [error.pointer for error in errors] == [where]
    assert words in errors[0].message


def test_a_home_takes_inputs() -> None:
    """Home has no submit button and may hold inputs."""
    assert check_view({"type": "home", "blocks": [field(written(), dispatch_action=True)]}) == []


def test_missing_ids_are_filled_in() -> None:
    """Every block gets an id, every interactive element too; given ones stay, and the original is not touched."""
    given = [section(), actions(button(), button(action_id="mine")), section(accessory=image())]
    untouched = deepcopy(given)
    numbers = iter(range(10))
    filled = with_ids(given, lambda: f"id{next(numbers)}")
    assert given == untouched
    assert [block["block_id"] for block in filled] == ["id0", "id1", "id3"]
    assert [element["action_id"] for element in filled[1]["elements"]] == ["id2", "mine"]
    assert "action_id" not in filled[2]["accessory"]
