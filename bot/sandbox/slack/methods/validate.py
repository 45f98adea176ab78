"""``blocks.validate``."""

from bot.sandbox.slack.block_places import BlockError
from bot.sandbox.slack.blocks import check_blocks, check_view
from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.records import Json


def validate(call: Call) -> Json:
    """Judges ``blocks``, a ``message`` or a ``view``; exactly one of them."""
    given = [name for name in ("blocks", "message", "view") if name in call.arguments]
    if len(given) != 1:
        raise ApiError.arguments("must have exactly one of: blocks, message, view")
    name = given[0]
    value = call.arguments.nested(name, f"invalid_{name}")
    if name == "view":
        errors = check_view(value)
    else:
        errors = check_blocks(value.get("blocks") if isinstance(value, dict) else value, "message")
    if errors:
        raise ApiError(f"invalid_{name}", errors=[_shape(error, name) for error in errors])
    return {}


def _shape(error: BlockError, name: str) -> Json:
    pointer = error.pointer.removeprefix("/blocks") if name == "blocks" else error.pointer.removeprefix("/view")
    return {"pointer": pointer, "code": error.code, "message": error.message}


METHODS = {"blocks.validate": Method(validate)}
