"""What Slack knows about people, asked rarely and never guessed."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from bot.accounts.directory import Directory, Recent, SlackSilent, TokenRefused, read_profile
from bot.accounts.rules import Kind, Role
from bot.sandbox.faults import Fault, rate_limited
from bot.sandbox.slack.records import Channel, Person
from bot.sandbox.world import World

STAFF_LIST = "slack:usergroups.users.list"


async def role(directory: Directory, user: str) -> Role:
    """What somebody is to the desk."""
    return await directory.role(await directory.profile(user))


async def test_a_profile_has_what_the_desk_needs(directory: Directory) -> None:
    """Name, address and time zone, and what kind of person it is."""
    ana = await directory.profile("U0ANA")
    assert (ana.team_id, ana.email, ana.tz, ana.kind) == (
        "T0SENDER",
        "ana@kopi-nusantara.example",
        "Asia/Jakarta",
        Kind.MEMBER,
    )
    assert ana.name


@pytest.mark.parametrize(
    ("flags", "kind"),
    [
        ({}, Kind.MEMBER),
        ({"is_restricted": True}, Kind.GUEST),
        ({"is_bot": True}, Kind.BOT),
        ({"deleted": True}, Kind.OUTSIDER),
        ({"team_id": "T0OTHER"}, Kind.OUTSIDER),
    ],
)
async def test_slacks_flags_tell_the_kind_of_person(
    directory: Directory, world: World, flags: dict[str, Any], kind: Kind
) -> None:
    """Guests, bots, people of other workspaces and those who left are no members."""
    facts = {"team_id": "T0SENDER"} | flags
    world.slack.people["U0NEW"] = Person("U0NEW", "new", "New", **facts)
    assert (await directory.profile("U0NEW")).kind is kind


@pytest.mark.parametrize(
    ("flag", "kind"),
    [("is_ultra_restricted", Kind.GUEST), ("is_stranger", Kind.OUTSIDER), ("is_workflow_bot", Kind.BOT)],
)
def test_rarer_flags_count_as_well(flag: str, kind: Kind) -> None:
    """Single-channel guests, people of a shared channel whom nobody here knows, and workflows."""
    assert read_profile({"id": "U1", "team_id": "T1", flag: True}, "T1").kind is kind


async def test_whom_slack_does_not_show_is_an_outsider(directory: Directory) -> None:
    """In shared channels Slack may know no more than an id."""
    stranger = await directory.profile("U0NOBODY")
    assert (stranger.kind, stranger.email) == (Kind.OUTSIDER, "")
    assert await directory.role(stranger) is Role.NOBODY


async def test_staff_are_the_user_group_and_admins_are_named(directory: Directory) -> None:
    """Everybody else is nobody."""
    roles = [await role(directory, user) for user in ("U0RINA", "U0BUDI", "U0ANA")]
    assert roles == [Role.ADMIN, Role.STAFF, Role.NOBODY]


async def test_staff_can_be_named_one_by_one(new_directory: Callable[..., Directory], asked: Counter[str]) -> None:
    """For workspaces without user groups; then no group is asked for."""
    directory = new_directory(group="", users=("U0BEN",), admins=())
    assert [await role(directory, user) for user in ("U0BEN", "U0RINA")] == [Role.STAFF, Role.NOBODY]
    assert asked["usergroups.users.list"] == 0


@pytest.mark.parametrize("user", ["W0OTTO", "U0GITA", "U0DESK"])
async def test_no_list_makes_staff_of_outsiders_guests_and_bots(
    new_directory: Callable[..., Directory], world: World, user: str
) -> None:
    """Neither the user group nor the settings."""
    world.slack.groups["S0STAFF"].users.append(user)
    directory = new_directory(users=(user,), admins=(user,))
    assert await role(directory, user) is Role.NOBODY


async def test_the_staff_are_asked_for_once_a_minute(directory: Directory, world: World, watch, asked) -> None:
    """Who leaves the group is staff for a minute more at most."""
    assert await role(directory, "U0BUDI") is Role.STAFF
    world.slack.groups["S0STAFF"].users.remove("U0BUDI")
    watch.seconds += 59
    assert await role(directory, "U0BUDI") is Role.STAFF
    assert asked["usergroups.users.list"] == 1
    watch.seconds += 2
    assert await role(directory, "U0BUDI") is Role.NOBODY
    assert asked["usergroups.users.list"] == 2


async def test_many_at_once_ask_once(directory: Directory, asked: Counter[str]) -> None:
    """A busy minute costs one question, not one for each click."""
    await asyncio.gather(*(role(directory, "U0BUDI") for _ in range(20)))
    assert (asked["usergroups.users.list"], asked["users.info"], asked["auth.test"]) == (1, 1, 1)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(STAFF_LIST, "status", 500),
        Fault(STAFF_LIST, "drop"),
        Fault(STAFF_LIST, "bad_body", body='{"ok": false, "error": "plan_upgrade_required"}'),
        rate_limited(STAFF_LIST),
    ],
    ids=["server error", "hung up", "not on this plan", "too many questions"],
)
async def test_unknown_staff_are_nobody(directory: Directory, world: World, watch, fault: Fault) -> None:
    """When Slack does not name them nobody is staff, for some seconds; then it is asked again."""
    world.faults.add(fault)
    assert await role(directory, "U0BUDI") is Role.NOBODY
    assert await role(directory, "U0BUDI") is Role.NOBODY
    watch.seconds += 6
    assert await role(directory, "U0BUDI") is Role.STAFF


async def test_admins_need_no_user_group(directory: Directory, world: World) -> None:
    """They are named in the settings, so they can work while Slack does not name the staff."""
    world.faults.add(Fault(STAFF_LIST, "status", 500, times=None))
    assert await role(directory, "U0RINA") is Role.ADMIN


@pytest.mark.parametrize(
    "fault", [Fault("slack:users.info", "status", 503), Fault("slack:users.info", "delay", seconds=3)]
)
async def test_nobody_is_guessed_while_slack_is_silent(
    directory: Directory, world: World, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error, or no answer within the time of a listener; a later question may succeed."""
    world.faults.add(fault)
    with monkeypatch.context() as in_a_hurry:
        in_a_hurry.setattr("bot.accounts.directory.ANSWER_SECONDS", 0.3 if fault.what == "delay" else 60)
        with pytest.raises(SlackSilent):
            await directory.profile("U0ANA")
    assert (await directory.profile("U0ANA")).kind is Kind.MEMBER


async def test_a_refused_token_is_said_plainly(new_directory: Callable[..., Directory]) -> None:
    """With Slack's word for it, and where the right one stands."""
    with pytest.raises(TokenRefused, match=r"invalid_auth.*OAuth & Permissions"):
        await new_directory(token="xoxb-wrong").us()


async def test_the_channels_of_a_person_are_those_shared_with_the_desk(directory: Directory, world: World) -> None:
    """Private ones too, on as many pages as Slack has."""
    for number in range(450):
        many = Channel(f"C{number}", f"channel-{number}", ["U0RINA", "U0DESK"])
        world.slack.channels[many.id] = many
    assert len(await directory.channels("U0RINA")) == 450 + 4
    assert "C0KOPI" in await directory.channels("U0ANA")
    assert "C0REVIEW" not in await directory.channels("U0ANA")


async def test_unknown_channels_are_none(directory: Directory, world: World) -> None:
    """Who sits where is not guessed either."""
    world.faults.add(Fault("slack:users.conversations", "status", 500))
    assert await directory.channels("U0ANA") == frozenset()
    assert await directory.channels("U0ANA") != frozenset()


async def test_the_desk_knows_where_it_sits(directory: Directory, world: World) -> None:
    """In a channel without it, also a private one that it cannot even see, it is not."""
    assert await directory.is_in("C0KOPI")
    assert not await directory.is_in("C0GENERAL")
    assert not await directory.is_in("C0NOWHERE")
    world.faults.add(Fault("slack:conversations.info", "status", 500))
    assert await directory.is_in("C0GENERAL")


async def test_members_are_counted_without_the_desk(directory: Directory, world: World) -> None:
    """As Slack counts them; where it does not say, there is no number."""
    assert await directory.members("C0REVIEW") == len(world.slack.channels["C0REVIEW"].members) - 1
    assert await directory.members("C0GENERAL") == len(world.slack.channels["C0GENERAL"].members)
    assert await directory.members("C0NOWHERE") == 0
    world.faults.add(Fault("slack:conversations.info", "status", 500))
    assert await directory.members("C0MART") == 0


async def test_answers_do_not_pile_up(watch) -> None:
    """Of many keys the latest stay."""
    recent: Recent[int, int] = Recent(60, watch, size=3)
    times: Counter[int] = Counter()

    async def ask(key: int) -> int:
        times[key] += 1
        return key

    for key in (1, 2, 3, 4, 4, 3, 1):
        assert await recent.get(key, lambda key=key: ask(key)) == key
    assert times == {1: 2, 2: 1, 3: 1, 4: 1}


async def test_one_impatient_asker_does_not_spoil_the_answer_for_others(watch) -> None:
    """Who gives up leaves the question running for those who still wait."""
    recent: Recent[str, str] = Recent(60, watch)
    gate = asyncio.Event()

    async def ask() -> str:
        await gate.wait()
        return "answer"

    impatient = asyncio.create_task(recent.get("key", ask))
    patient = asyncio.create_task(recent.get("key", ask))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    gate.set()
    assert await patient == "answer"
