"""``users.*`` and ``usergroups.*``."""

from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.json_shapes import group_json, person_json
from bot.sandbox.slack.paging import page
from bot.sandbox.slack.records import Json


def info(call: Call) -> Json:
    """``users.info``."""
    return {"user": person_json(call.slack, call.person())}


def list_people(call: Call) -> Json:
    """``users.list``: the people of this workspace."""
    home = [person for person in call.slack.people.values() if person.team_id == call.slack.team.id]
    found, more = page(home, call.arguments, most=1000, default=100)
    return {"members": [person_json(call.slack, person) for person in found], "response_metadata": more}


def lookup_by_email(call: Call) -> Json:
    """``users.lookupByEmail``: never finds outsiders."""
    email = call.arguments.required("email").casefold()
    for person in call.slack.people.values():
        if person.email.casefold() == email and person.team_id == call.slack.team.id and not person.deleted:
            return {"user": person_json(call.slack, person)}
    raise ApiError("users_not_found")


def list_groups(call: Call) -> Json:
    """``usergroups.list``."""
    with_users = call.arguments.flag("include_users")
    disabled = call.arguments.flag("include_disabled")
    groups = [group for group in call.slack.groups.values() if group.is_enabled or disabled]
    return {"usergroups": [group_json(call.slack, group, with_users=with_users) for group in groups]}


def group_members(call: Call) -> Json:
    """``usergroups.users.list``."""
    group = call.slack.groups.get(call.arguments.required("usergroup"))
    if group is None:
        raise ApiError("no_such_subteam")
    if not group.is_enabled and not call.arguments.flag("include_disabled"):
        raise ApiError("subteam_disabled")
    return {"users": list(group.users)}


METHODS = {
    "users.info": Method(info, ("users:read",)),
    "users.list": Method(list_people, ("users:read",)),
    "users.lookupByEmail": Method(lookup_by_email, ("users:read.email",)),
    "usergroups.list": Method(list_groups, ("usergroups:read",)),
    "usergroups.users.list": Method(group_members, ("usergroups:read",)),
}
