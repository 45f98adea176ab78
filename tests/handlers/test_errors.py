"""What went wrong is told where the person is."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, get_args

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from structlog.testing import capture_logs

from bot.delivery import blocks
from bot.desk import Desk
from bot.errors import DeskError
from bot.sandbox.faults import Fault
from bot.sandbox.seed import GENERAL, KOPI
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.workspace import Slack
from handlers import errors
from handlers.middleware import EVERYBODY, Handler, Kind, Listen
from handlers.payload import Payload

Load = Callable[[str], Payload]
Deliver = Callable[..., Awaitable[Any]]
Fail = Callable[[Exception], None]


class CupEmpty(DeskError):
    """The cup of {name} is empty. Fill it <here>."""


class WrongName(DeskError):
    """This name is taken."""


@pytest.fixture
def bolt(bolt: AsyncApp, desk: Desk) -> AsyncApp:
    """The desk with nothing but listeners that fail as told, and nothing else."""
    del bolt._async_listeners[:]
    errors.register(bolt, desk, reference=lambda: "ABC234")
    return bolt


@pytest.fixture
def fail(bolt: AsyncApp, desk: Desk) -> Fail:
    """From now on every listener raises this."""

    def install(error: Exception) -> None:
        async def broken() -> None:
            raise error

        listen = Listen(bolt, desk)
        install_everywhere(listen, broken)

    return install


def install_everywhere(listen: Listen, handler: Handler) -> None:
    """Let one handler answer everything."""
    for kind in get_args(Kind):
        listen.all_else(kind, handler, serves=EVERYBODY)


async def test_a_command_is_answered_with_the_sentence(ana: Actor, fail: Fail) -> None:
    """The facts are filled in, and what they hold is text."""
    fail(CupEmpty(name="<!channel>"))
    reply = await ana.command(GENERAL, "/desk anything")
    assert reply.text == "The cup of &lt;!channel&gt; is empty. Fill it &lt;here&gt;."
    assert reply.message is not None
    assert reply.message.ephemeral_to == "U0ANA"


async def test_a_click_in_a_thread_is_answered_there(ana: Actor, slack: Slack, desk: Desk, fail: Fail) -> None:
    """Only the person who clicked sees it, in the thread of the message."""
    fail(CupEmpty(name="Ana"))
    root = await ana.post(KOPI, "hello", wait=False)
    button = blocks.actions([blocks.button("Go", "go", "x")])
    await desk.slack.chat_postMessage(channel=KOPI, thread_ts=root.ts, text="card", blocks=[button])
    card = ana.sees(KOPI, root.ts)[-1]
    await ana.click(card, "Go")
    told = ana.sees(KOPI, root.ts)[-1]
    assert (told.text, told.ephemeral_to) == ("The cup of Ana is empty. Fill it &lt;here&gt;.", "U0ANA")
    assert "The cup" not in str(slack.actor("U0BEN").sees(KOPI, root.ts))


async def test_where_the_desk_may_not_post_the_response_url_answers(
    ana: Actor, slack: Slack, desk: Desk, fail: Fail
) -> None:
    """Thrown out of the channel, the desk still answers a click on its old message."""
    fail(CupEmpty(name="Ana"))
    await desk.slack.chat_postMessage(
        channel=KOPI, text="card", blocks=[blocks.actions([blocks.button("Go", "go", "x")])]
    )
    card = ana.sees(KOPI)[-1]
    slack.channels[KOPI].members.remove("U0DESK")
    await ana.click(card, "Go")
    assert any("The cup of Ana" in message.text for message in ana.sees(KOPI))


async def open_form(ana: Actor, desk: Desk, listen: Listen, block: dict[str, Any]) -> None:
    """A form with one field, opened by a command."""
    view = {
        "type": "modal",
        "callback_id": "form",
        "title": blocks.plain("Form"),
        "submit": blocks.plain("Save"),
        "blocks": [block],
    }

    async def show(body: Payload, ack: AsyncAck) -> None:
        await desk.slack.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    listen.command("/contacts", show, serves=EVERYBODY)
    await ana.command(GENERAL, "/contacts")


NAME = {
    "type": "input",
    "block_id": "name",
    "label": {"type": "plain_text", "text": "Name"},
    "element": {"type": "plain_text_input", "action_id": "name"},
}


async def test_a_form_shows_the_sentence_under_its_field(ana: Actor, bolt: AsyncApp, desk: Desk, fail: Fail) -> None:
    """An error that names a field of the form stands there, and what was typed stays."""
    await open_form(ana, desk, Listen(bolt, desk), NAME)
    fail(WrongName(field="name"))
    await ana.fill("name", "Members")
    assert await ana.submit() == {"name": "This name is taken."}


async def test_a_form_shows_other_sentences_on_top(ana: Actor, bolt: AsyncApp, desk: Desk, fail: Fail) -> None:
    """What concerns no field comes on top of the form, which waits below."""
    await open_form(ana, desk, Listen(bolt, desk), NAME)
    fail(CupEmpty(name="Ana"))
    await ana.fill("name", "Members")
    assert await ana.submit() is None
    view = ana.modal()
    assert "The cup of Ana" in str(view.blocks)
    await ana.close()
    below = ana.view()
    assert below is not None
    assert "Members" in str(below.blocks) + str(below.__dict__)


async def test_a_form_at_the_top_of_three_keeps_to_its_fields(payload: Load, deliver: Deliver, fail: Fail) -> None:
    """Slack takes no fourth form, so the sentence stands under the last field."""
    fail(CupEmpty(name="Ana"))
    answer = await deliver(payload("a_submitted_form_on_top_of_two_others"))
    assert json.loads(answer.body) == {
        "response_action": "errors",
        "errors": {"name": "The cup of Ana is empty. Fill it <here>."},
    }


async def test_a_click_in_a_form_is_answered_on_top_of_it(ana: Actor, bolt: AsyncApp, desk: Desk, fail: Fail) -> None:
    """A button inside a form brings the sentence as one more form."""
    await open_form(ana, desk, Listen(bolt, desk), blocks.actions([blocks.button("Go", "go", "x")]) | {"block_id": "b"})
    fail(CupEmpty(name="Ana"))
    view = ana.modal()
    await ana.click(view, "Go")
    top = ana.view()
    assert top is not None
    assert "The cup of Ana" in str(top.blocks)


async def test_a_click_on_home_is_answered_in_a_form(ana: Actor, slack: Slack, desk: Desk, fail: Fail) -> None:
    """Home has no thread to answer in."""
    fail(CupEmpty(name="Ana"))
    home = {"type": "home", "blocks": [blocks.actions([blocks.button("Go", "go", "x")])]}
    await desk.slack.views_publish(user_id="U0ANA", view=home)
    await ana.click(slack.windows.homes["U0ANA"], "Go")
    view = ana.modal()
    assert "The cup of Ana" in str(view.blocks)


async def test_home_itself_shows_what_went_wrong_with_it(ana: Actor, fail: Fail) -> None:
    """Instead of staying empty."""
    fail(CupEmpty(name="Ana"))
    assert "The cup of Ana" in str((await ana.open_home()).blocks)


async def test_a_posted_file_is_answered_to_its_sender(ana: Actor, fail: Fail) -> None:
    """What was foreseen settles the event: it is said once, and Slack does not deliver again."""
    fail(CupEmpty(name="Ana"))
    await ana.upload(KOPI, "contacts.csv", b"phone\n+6591234567\n")
    told = [message for message in ana.sees(KOPI) if "The cup of Ana" in message.text]
    assert [message.ephemeral_to for message in told] == ["U0ANA"]


async def test_an_unforeseen_error_gives_a_reference(ana: Actor, fail: Fail) -> None:
    """The person gets something to quote, the log has the story under it, and the person reads nothing of that."""
    fail(LookupError("xoxb-secret in row 17"))
    with capture_logs() as logs:
        reply = await ana.command(GENERAL, "/desk anything")
    assert "(reference ABC234)" in reply.text
    assert "row 17" not in reply.text
    (logged,) = [entry for entry in logs if entry.get("reference") == "ABC234"]
    assert isinstance(logged["exc_info"], LookupError)


async def test_an_unforeseen_error_in_an_event_has_slack_deliver_again(
    payload: Load, deliver: Deliver, slack: Slack, fail: Fail
) -> None:
    """Nothing was committed, so the event comes again, in silence; only when the last try fails the person is told."""
    fail(LookupError("away"))
    event, told = payload("a_file_posted_in_a_channel"), slack.channels[KOPI].ephemerals
    for attempt in ("", "1", "2"):
        assert (await deliver(event, x_slack_retry_num=attempt)).status == 503
    assert told == []
    assert (await deliver(event, x_slack_retry_num="3")).status == 200
    assert ["reference ABC234" in message.text for message in told] == [True]


async def test_bots_are_never_answered(payload: Load, deliver: Deliver, slack: Slack, fail: Fail) -> None:
    """Two bots that apologise to each other would never stop."""
    fail(CupEmpty(name="Ana"))
    before = len(slack.channels[KOPI].ephemerals)
    assert (await deliver(payload("a_message_of_another_bot"))).status == 200
    assert len(slack.channels[KOPI].ephemerals) == before


@pytest.mark.parametrize("scenario", ["a_click_on_a_message", "a_click_on_home", "a_click_in_a_form"])
async def test_what_slack_does_not_show_is_no_second_error(
    payload: Load, deliver: Deliver, slack: Slack, fail: Fail, scenario: str
) -> None:
    """The click is answered even when the sentence cannot be shown; the log keeps it."""
    fail(CupEmpty(name="Ana"))
    slack.world.faults.add(Fault("slack:*", "status", 500, times=None))
    slack.world.faults.pending[0].where = "slack:[cv]*"
    with capture_logs() as logs:
        assert (await deliver(payload(scenario))).status == 200
    assert [entry for entry in logs if "not told" in entry["event"]]


async def test_options_that_fail_are_none(payload: Load, deliver: Deliver, fail: Fail) -> None:
    """A select shows nothing rather than a broken list."""
    fail(CupEmpty(name="Ana"))
    asked = {key: value for key, value in payload("a_click_on_home").items() if key != "actions"}
    answer = await deliver(asked | {"type": "block_suggestion", "action_id": "a", "block_id": "b", "value": ""})
    assert json.loads(answer.body) == {"options": []}


async def test_what_nothing_listens_to_is_taken_and_logged(bolt: AsyncApp, deliver: Deliver, payload: Load) -> None:
    """Without even the catch-alls, Slack is not asked to try again what would never work."""
    with capture_logs() as logs:
        assert (await deliver(payload("somebody_joined_a_channel"))).status == 200
    assert [entry["event"] for entry in logs] == ["nothing listens to this"]


def test_references_can_be_read_aloud() -> None:
    """Six characters, none of which is mistaken for another."""
    made = {errors.new_reference() for _ in range(200)}
    assert all(len(reference) == 6 for reference in made)
    assert not set("".join(made)) & set("IO01")
    assert len(made) > 190
