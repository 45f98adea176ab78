"""JSON bodies that the service accepts, and JSON Patch as it understands it."""

import copy
import json
import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeVar

from aiohttp import web
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from bot.sandbox.contacts_api.answers import INVALID_MSISDN, ApiError, invalid
from bot.sandbox.contacts_api.book import ADDRESSES, FIELDS, GROUPS_MOST

T = TypeVar("T")
POINTER = r"^(/([^~/]|~[01])*)*$"
INT64_MOST = 2**63 - 1
CONTACT_MEMBERS = (*FIELDS, "addresses", "customAttributes")
GROUP_MEMBERS = ("name", "description", "isBlacklist")
EMAIL = r"^[^@\s]+@[^@\s]+$"


def _whole(value: object) -> object:
    """JSON knows one kind of number: 5.0 is an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole), Field(le=INT64_MOST, ge=-INT64_MOST)]
Id = Annotated[str, Field(max_length=128)]


class Body(BaseModel):
    """Types are as in JSON, never converted; members that the service does not know are passed over.

    A member may be left out, but null is no value.
    """

    model_config = ConfigDict(strict=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _no_null(cls, body: object) -> object:
        empty = [name for name, value in body.items() if value is None] if isinstance(body, dict) else []
        if any(name in cls.model_fields for name in empty):
            raise ValueError(f"{', '.join(empty)} must not be null")
        return body


class AddressList(Body):
    """All addresses are optional, but there must be one."""

    msisdn: Annotated[str, Field(pattern=r"^\+{0,1}[1-9]{1}[0-9]{6,14}$")] | None = None
    email: Annotated[str, Field(max_length=320, pattern=EMAIL)] | None = None
    weChatUserId: Id | None = None  # noqa: N815 (8x8's name)
    facebookUserId: Id | None = None  # noqa: N815 (8x8's name)
    zaloId: Id | None = None  # noqa: N815 (8x8's name)
    lineId: Id | None = None  # noqa: N815 (8x8's name)
    kakaoTalkId: Id | None = None  # noqa: N815 (8x8's name)


class GroupId(Body):
    """A group named by its id."""

    id: Whole


def _each_once(groups: list[GroupId]) -> list[GroupId]:
    if len({group.id for group in groups}) < len(groups):
        raise ValueError("each group once")
    return groups


class ContactBody(Body):
    """A contact to create."""

    firstName: Annotated[str, Field(min_length=1, max_length=200)] | None = None  # noqa: N815 (8x8's name)
    lastName: Annotated[str, Field(min_length=1, max_length=200)] | None = None  # noqa: N815 (8x8's name)
    externalId: Annotated[str, Field(min_length=1, max_length=50)] | None = None  # noqa: N815 (8x8's name)
    country: Annotated[str, Field(min_length=2, max_length=2)] | None = None
    groups: Annotated[list[GroupId], Field(min_length=1, max_length=GROUPS_MOST), AfterValidator(_each_once)] | None = (
        None
    )
    addresses: AddressList
    customAttributes: Annotated[dict[str, Any], Field(max_length=50)] = {}  # noqa: N815 (8x8's name)

    def given_addresses(self) -> dict[str, str]:
        """The addresses by kind; ApiError 400 when there is none."""
        given = {kind: value for kind in ADDRESSES if (value := getattr(self.addresses, kind))}
        if not given:
            raise invalid("At least one address should be provided")
        return given

    def given_fields(self) -> dict[str, str]:
        """Names, external id and country, as far as given."""
        return {name: value for name in FIELDS if (value := getattr(self, name))}


class GroupBody(Body):
    """A group to create, or as it stands after a patch."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    description: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    isBlacklist: bool = False  # noqa: N815 (8x8's name)


class ContactIds(Body):
    """Contacts named by their ids."""

    contacts: list[Whole] = []


class DeleteContacts(Body):
    """Which contacts to delete."""

    ids: list[Whole] | None = None
    msisdns: list[str] | None = None
    all: bool | None = None


class DeleteGroups(Body):
    """Which groups to delete, and whether with their contacts."""

    ids: list[Whole]
    deleteContacts: bool  # noqa: N815 (8x8's name)


class Operation(Body):
    """One step of a JSON Patch."""

    op: Literal["add", "remove", "replace", "copy", "move", "test"]
    path: Annotated[str, Field(pattern=POINTER)]
    value: Any = None
    source: str | None = Field(None, alias="from", pattern=POINTER)


async def read_body(request: web.Request, kind: type[T]) -> T:
    """The JSON body as ``kind``; ApiError 400 names the member that is wrong.

    No body is an empty object: the OpenAPI file calls no body required, only some of their members.
    """
    if not request.can_read_body:
        return checked({}, kind)
    if request.content_type != "application/json":
        raise invalid("The request must be application/json")
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError):
        raise invalid("The request body is not valid JSON") from None
    return checked(body, kind)


def checked(body: object, kind: type[T]) -> T:
    """``body`` as ``kind``; ApiError 400, with code 1002 when it is the phone number that is wrong."""
    try:
        return TypeAdapter(kind).validate_python(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        if first["loc"][-1:] == ("msisdn",):
            raise ApiError(400, INVALID_MSISDN, "Invalid MSISDN format (not E.164 international number)") from None
        raise invalid(f"The value of '{where}' is invalid: {first['msg']}") from None


def patched(document: dict[str, Any], operations: Sequence[Operation]) -> dict[str, Any]:
    """The document after a JSON Patch, applied whole or not at all (ApiError 400).

    Names of members are found whatever their case, as 8x8's own example patches ``/isblacklist`` where the property is
    ``isBlacklist``; and "true" as text is true there, as in the same example.
    """
    result = copy.deepcopy(document)
    for step in operations:
        try:
            _apply(result, step)
        except (KeyError, IndexError):
            raise invalid(f"The path '{step.path}' cannot be used with '{step.op}'") from None
    if result.keys() - {*CONTACT_MEMBERS, *GROUP_MEMBERS}:
        raise invalid("A path points at a member that cannot be changed")
    return result


def _apply(document: dict[str, Any], step: Operation) -> None:
    holder, name = _place(document, step.path)
    value = step.value
    if step.op in ("copy", "move"):
        source, source_name = _place(document, step.source or "/")
        value = copy.deepcopy(source[source_name])
        if step.op == "move":
            del source[source_name]
    if step.op in ("remove", "replace", "test"):
        before = holder[name]
    if step.op == "test" and before != _bool_of_text(name, value):
        raise invalid(f"The value at '{step.path}' is another one")
    if step.op == "remove":
        del holder[name]
    elif step.op != "test":
        holder[name] = _bool_of_text(name, value)


def _place(document: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    """The object that holds what ``path`` points at, and the member's name; KeyError when there is no such object."""
    *outer, name = [token.replace("~1", "/").replace("~0", "~") for token in re.split("/", path)[1:]] or [""]
    holder: Any = document
    for token in outer:
        holder = holder[_known(holder, token)]
        if not isinstance(holder, dict):
            raise KeyError(token)
    return holder, _known(holder, name)


def _known(holder: dict[str, Any], name: str) -> str:
    names = (*holder, *ADDRESSES, *CONTACT_MEMBERS, *GROUP_MEMBERS)
    return next((known for known in names if known.casefold() == name.casefold()), name)


def _bool_of_text(name: str, value: object) -> object:
    return {"true": True, "false": False}.get(str(value), value) if name == "isBlacklist" else value
