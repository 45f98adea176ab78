"""``views.*``."""

from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.records import Json
from bot.sandbox.slack.windows import View


def _answer(call: Call, name: str, view: View) -> Json:
    call.slack.note(name, user=view.user, view_id=view.id, title=view.title)
    return {"view": call.slack.windows.shape(view)}


def open_modal(call: Call) -> Json:
    """``views.open``: a window for the person who just did something. From inside a modal it comes on top."""
    windows, trigger_id = call.slack.windows, _trigger_id(call)
    body = windows.accept(call.arguments.nested("view"), "modal")
    trigger = call.slack.triggers.spend(trigger_id)
    if trigger.origin == "submission":
        # a submission is answered by its ack (update, push, clear); Slack opens no window for it
        raise ApiError("invalid_trigger_id")
    view = windows.push(trigger.user, body) if trigger.origin == "modal" else windows.open(trigger.user, body)
    return _answer(call, "views.open", view)


def push_modal(call: Call) -> Json:
    """``views.push``: one more window on top, from inside a modal only."""
    windows, trigger_id = call.slack.windows, _trigger_id(call)
    body = windows.accept(call.arguments.nested("view"), "modal")
    trigger = call.slack.triggers.spend(trigger_id)
    if trigger.origin != "modal" or windows.top(trigger.user) is None:
        raise ApiError("invalid_trigger_id")
    return _answer(call, "views.push", windows.push(trigger.user, body))


def _trigger_id(call: Call) -> str:
    trigger_id = call.arguments.text("trigger_id")
    if not trigger_id:
        raise ApiError("invalid_trigger_id")
    return trigger_id


def update(call: Call) -> Json:
    """``views.update``: other content in an open modal, found by ``view_id`` or ``external_id``."""
    windows, arguments = call.slack.windows, call.arguments
    view_id, external_id = arguments.text("view_id"), arguments.text("external_id")
    if not view_id and not external_id:
        raise ApiError.arguments("missing required field: view_id or external_id")
    view = windows.by_id(view_id) if view_id else windows.by_external_id(external_id)
    if view is None:
        raise ApiError("not_found")
    body = windows.accept(arguments.nested("view"), view.type, instead_of=view)
    windows.update(view, body, arguments.text("hash"))
    return _answer(call, "views.update", view)


def publish(call: Call) -> Json:
    """``views.publish``: a person's Home."""
    slack, person = call.slack, call.slack.people.get(call.arguments.required("user_id"))
    if person is None:
        raise ApiError("user_not_found")
    if not slack.app.home_tab:
        raise ApiError("not_enabled")
    home = slack.windows.homes.get(person.id)
    body = slack.windows.accept(call.arguments.nested("view"), "home", instead_of=home)
    view = slack.windows.publish(person.id, body, call.arguments.text("hash"))
    return _answer(call, "views.publish", view)


METHODS = {
    "views.open": Method(open_modal),
    "views.push": Method(push_modal),
    "views.update": Method(update),
    "views.publish": Method(publish),
}
