"""``POST /page/act/VERB``: what a person in front of the page does. Always JSON: facts, or ``{"error": sentence}``."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from json import JSONDecodeError
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.page import trouble
from bot.sandbox.page.uploads import Uploads
from bot.sandbox.page.values import BrowserValues, message_of, target_of
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.errors import ApiError, BadAnswer, NoAnswer, NotOnScreen, Refused
from bot.sandbox.slack.records import Json
from bot.sandbox.slack.windows import View

if TYPE_CHECKING:
    from bot.sandbox.world import World

Act = Callable[[Actor, Json], Awaitable[Json | None]]


class Acts:
    """Every verb of the page, by name."""

    def __init__(self, world: "World", uploads: Uploads) -> None:
        self._world = world
        self._uploads = uploads
        self._values = BrowserValues(uploads)
        self._verbs: dict[str, Act] = {
            "post": self._post,
            "command": self._command,
            "shortcut": self._shortcut,
            "action": self._action,
            "suggest": self._suggest,
            "submit": self._submit,
            "close": self._close,
            "home": self._home,
            "messages": self._messages,
            "fault": self._fault,
            "control": self._control,
        }

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Do it; what Slack would refuse comes back as a sentence for the person."""
        verb, given = request.match_info["verb"], await _body(request)
        person = self._world.slack.people.get(str(given.get("as")))
        if verb not in self._verbs or person is None or person.is_bot:
            raise web.HTTPNotFound
        actor = self._world.slack.actor(person.id)
        try:
            done = await self._verbs[verb](actor, given)
        except NoAnswer as silence:
            return web.json_response({"error": _silence(verb, given, self._world.slack.app.name), "why": str(silence)})
        except BadAnswer as nonsense:
            return web.json_response({"error": f"Slack does not accept what the app answered: {nonsense}"})
        except ApiError as refusal:
            return web.json_response({"error": f"Slack refuses this: {refusal.code}"})
        except (NotOnScreen, Refused) as refusal:
            return web.json_response({"error": str(refusal)})
        return web.json_response(done or {})

    async def _post(self, actor: Actor, given: Json) -> None:
        files = []
        for upload_id in given.get("files", ()):
            upload = self._uploads.use(str(upload_id))
            if upload is None:
                raise Refused("A file is no longer here: attach it again.")
            files.append((upload.name, upload.data))
        channel, text, thread = str(given["channel"]), str(given.get("text", "")), str(given.get("thread_ts") or "")
        await actor.post(channel, text, files=files, thread_ts=thread, wait=False)

    async def _command(self, actor: Actor, given: Json) -> None:
        text = str(given["text"])
        if given.get("thread_ts"):
            raise Refused(f"{text.partition(' ')[0]} is not supported in threads. Write it in the channel.")
        reply = await actor.command(str(given["channel"]), text)
        if reply.error:
            raise Refused(reply.error)

    async def _shortcut(self, actor: Actor, given: Json) -> None:
        message = message_of(actor, str(given["channel"]), str(given["ts"])) if given.get("ts") else None
        await actor.shortcut(str(given["callback_id"]), message)

    async def _action(self, actor: Actor, given: Json) -> None:
        target = target_of(actor, given)
        self._values.enter(actor, target, given.get("values", {}))
        await self._values.use(actor, target, str(given["block_id"]), str(given["action_id"]), given.get("value", {}))

    async def _suggest(self, actor: Actor, given: Json) -> Json:
        target = target_of(actor, given)
        self._values.enter(actor, target, given.get("values", {}))
        action, query = str(given["action_id"]), str(given.get("query", ""))
        return {"options": await actor.options(target, action, query, block=str(given["block_id"]))}

    def _window(self, actor: Actor, given: Json) -> View:
        view = target_of(actor, given)
        if not isinstance(view, View) or view is not actor.view():
            raise NotOnScreen("This window is no longer open.")
        return view

    async def _submit(self, actor: Actor, given: Json) -> Json:
        self._values.enter(actor, self._window(actor, given), given.get("values", {}))
        return {"errors": await actor.submit() or {}}

    async def _close(self, actor: Actor, given: Json) -> None:
        self._window(actor, given)
        with suppress(NoAnswer):  # the window is gone all the same
            await actor.close()
            while given.get("all") and actor.view():
                await actor.close()

    async def _home(self, actor: Actor, _: Json) -> None:
        await actor.open_home()

    async def _messages(self, actor: Actor, _: Json) -> None:
        await actor.open_messages()

    async def _fault(self, _: Actor, given: Json) -> None:
        if given["name"] == "clear":
            self._world.faults.clear()
        elif given["name"] in trouble.BY_NAME:
            self._world.faults.add(trouble.BY_NAME[given["name"]].make())
        self._world.changed.notify()

    async def _control(self, _: Actor, given: Json) -> None:
        control = self._world.controls.get(given["name"])
        if control is None:
            raise Refused("This is no longer possible.")
        await control()
        self._world.changed.notify()


async def _body(request: web.Request) -> Json:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        given = await request.json()
    except JSONDecodeError:
        raise web.HTTPBadRequest from None
    if not isinstance(given, dict):
        raise web.HTTPBadRequest
    return given


def _silence(verb: str, given: Json, app: str) -> str:
    if verb == "command":
        name = str(given["text"]).partition(" ")[0]
        return f"{name} failed with the error “dispatch_failed”: {app} did not answer."
    if verb == "submit":
        return f"We had some trouble connecting: {app} did not answer. What you entered is still here; try again."
    if verb == "home":
        return f"{app} did not publish its Home."
    return f"{app} did not answer. Try again."
