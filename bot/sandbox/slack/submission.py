"""A modal is submitted or closed, and the bot's answer decides what happens to it."""

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack import interactions
from bot.sandbox.slack.errors import ApiError, BadAnswer
from bot.sandbox.slack.records import Json, Person
from bot.sandbox.slack.windows import View

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Slack


async def submit(slack: "Slack", person: Person, view: View) -> None:
    """Tell the bot and do what its ack says; BadAnswer when Slack would show "We had some trouble connecting"."""
    payload = interactions.view_submission(slack, person, view)
    body = await slack.delivery.ask("interactive", "view_submission", payload)
    try:
        _apply(slack, view, body)
    except ApiError as refusal:
        slack.refusals.append(("view_submission", refusal.code, refusal.facts))
        raise BadAnswer(f"{refusal.code} {refusal.facts}") from refusal


def _apply(slack: "Slack", view: View, body: Any) -> None:
    if not body:
        slack.windows.close(view)
        return
    action = body.get("response_action") if isinstance(body, dict) else None
    if action == "errors":
        view.errors = _errors(view, body.get("errors"))
    elif action == "update":
        slack.windows.update(view, slack.windows.accept(body.get("view"), "modal", instead_of=view))
    elif action == "push":
        slack.windows.push(view.user, slack.windows.accept(body.get("view"), "modal"))
    elif action == "clear":
        slack.windows.clear(view.user)
    else:
        raise BadAnswer(f"Slack does not understand this answer to a submission: {body}")


def _errors(view: View, given: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(given, dict) or not given or not all(isinstance(v, str) and v for v in given.values()):
        raise BadAnswer(f"errors must be sentences by block_id, not {given}")
    if unknown := set(given) - inputs:
        raise BadAnswer(f"errors name no input block of the view: {', '.join(sorted(unknown))}")
    return dict(given)


async def close(slack: "Slack", person: Person, view: View) -> None:
    """The person closes a modal (all of them with ``clear_on_close``); the bot hears of it when it asked to."""
    everything = bool(view.body.get("clear_on_close"))
    closing = list(reversed(slack.windows.stack(person.id))) if everything else [view]
    told: list[Json] = [
        interactions.view_closed(slack, person, closed, is_cleared=everything)
        for closed in closing
        if closed.body.get("notify_on_close")
    ]
    slack.windows.close(closing[-1])
    for payload in told:
        await slack.delivery.ask("interactive", "view_closed", payload)
