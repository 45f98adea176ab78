"""``/desk link`` and ``/desk unlink``, as staff and others live them."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.accounts.tables import Account, Channel
from bot.sandbox.faults import Fault
from bot.sandbox.seed import GENERAL, KOPI, KOPI_ACCOUNT, MART, MART_ACCOUNT, REVIEW
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.workspace import Slack
from bot.storage.audit import AuditRow

LINK = f"/desk link {KOPI_ACCOUNT} Kopi Nusantara"
Rows = Callable[..., Any]


async def test_staff_link_a_channel_to_a_new_account(rina: Actor, rows: Rows) -> None:
    """The answer names the customer and the account, and says what happens next."""
    reply = await rina.command(KOPI, LINK)
    assert "linked to *Kopi Nusantara* now" in reply.text
    assert KOPI_ACCOUNT in reply.text
    assert "drop a contact file" in reply.text
    assert "/invite" not in reply.text
    (channel,) = await rows(Channel)
    assert (channel.channel_id, channel.linked_by) == (KOPI, "U0RINA")


async def test_the_id_may_be_written_in_any_way(rina: Actor, rows: Rows) -> None:
    """Upper case and without hyphens it is the same account."""
    await rina.command(KOPI, f"/desk link {KOPI_ACCOUNT} Kopi")
    reply = await rina.command(KOPI, f"/desk LINK {KOPI_ACCOUNT.replace('-', '').upper()}")
    assert "linked to *Kopi* before already" in reply.text
    assert [account.provider_account_id for account in await rows(Account)] == [KOPI_ACCOUNT]


async def test_a_channel_without_the_app_needs_an_invitation(rina: Actor) -> None:
    """A command works where the app is no member, but files do not: the answer says how to invite it."""
    assert "/invite" in (await rina.command(GENERAL, LINK)).text


async def test_a_new_name_renames_and_says_so(rina: Actor) -> None:
    """The old name stands in the answer."""
    await rina.command(KOPI, LINK)
    reply = await rina.command(KOPI, f"/desk link {KOPI_ACCOUNT} Kopi Group")
    assert "*Kopi Group*" in reply.text
    assert "called *Kopi Nusantara* until now" in reply.text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/desk link", "Tell me which account"),
        ("/desk link kopi Kopi", "“kopi” is not an account id"),
        (f"/desk link {KOPI_ACCOUNT}", "I do not know the account"),
        (f"/desk link {KOPI_ACCOUNT} {'x' * 81}", "81 characters"),
    ],
)
async def test_what_is_missing_or_wrong_is_named(rina: Actor, rows: Rows, typed: str, told: str) -> None:
    """The sentence says what to type, and nothing is written."""
    assert told in (await rina.command(KOPI, typed)).text
    assert await rows(Channel) == []
    assert await rows(AuditRow) == []


async def test_no_account_is_linked_where_staff_talk(rina: Actor, slack: Slack, rows: Rows) -> None:
    """Neither in the review channel nor in a direct message."""
    assert "the staff's own channel" in (await rina.command(REVIEW, LINK)).text
    assert "a direct message" in (await rina.command(slack.direct("U0RINA").id, LINK)).text
    assert await rows(Channel) == []


async def test_a_linked_channel_stays_with_its_account(rina: Actor) -> None:
    """Linking it to another account is refused with the name of the first and the way out."""
    await rina.command(KOPI, LINK)
    reply = await rina.command(KOPI, f"/desk link {MART_ACCOUNT} Manila Mart")
    assert "linked to Kopi Nusantara" in reply.text
    assert "/desk unlink" in reply.text


async def test_a_customer_learns_who_may_link(ana: Actor, rows: Rows) -> None:
    """The refusal names support staff and the way to them."""
    assert "Only support staff can do this" in (await ana.command(KOPI, LINK)).text
    assert await rows(Channel) == []


async def test_a_customers_name_is_shown_as_text(rina: Actor) -> None:
    """A name can mention nobody and link nothing."""
    await rina.command(KOPI, f"/desk link {KOPI_ACCOUNT} A & B <!here>")
    reply = await rina.command(KOPI, "/desk people")
    assert "A &amp; B" in reply.text
    assert "<!here>" not in reply.text


async def test_unlinking_asks_first_and_names_the_customer(rina: Actor, rows: Rows) -> None:
    """The command alone changes nothing; the button does, and the question becomes the answer."""
    await rina.command(KOPI, LINK)
    asked = await rina.command(KOPI, "/desk unlink")
    assert "Unlink this channel from *Kopi Nusantara*?" in asked.text
    assert len(await rows(Channel)) == 1
    await rina.click(asked.message, "Unlink from Kopi Nusantara")
    assert await rows(Channel) == []
    (left,) = [message for message in rina.sees(KOPI) if "not linked" in message.text]
    assert not [block for block in left.blocks if block["type"] == "actions"]


async def test_unlinking_can_be_called_off(rina: Actor, rows: Rows) -> None:
    """The other button leaves everything as it is."""
    await rina.command(KOPI, LINK)
    asked = await rina.command(KOPI, "/desk unlink")
    await rina.click(asked.message, "Keep it linked")
    assert len(await rows(Channel)) == 1
    assert any("Nothing was changed" in message.text for message in rina.sees(KOPI))


async def test_unlinking_what_is_not_linked_says_so(rina: Actor) -> None:
    """There is nothing to ask."""
    assert "belongs to no customer account yet" in (await rina.command(MART, "/desk unlink")).text


async def test_an_old_question_does_not_unlink_another_account(rina: Actor, budi: Actor, rows: Rows) -> None:
    """Two staff ask, one unlinks and links anew: the other's button does nothing, and says why."""
    await rina.command(KOPI, LINK)
    old = await rina.command(KOPI, "/desk unlink")
    asked = await budi.command(KOPI, "/desk unlink")
    await budi.click(asked.message, "Unlink from Kopi Nusantara")
    await budi.command(KOPI, f"/desk link {MART_ACCOUNT} Manila Mart")
    await rina.click(old.message, "Unlink from Kopi Nusantara")
    assert any("not linked to Kopi Nusantara any more" in message.text for message in rina.sees(KOPI))
    assert len(await rows(Channel)) == 1


async def test_what_was_unlinked_stays_so_when_slack_does_not_listen(rina: Actor, slack: Slack, rows: Rows) -> None:
    """The question cannot be replaced, but the click is answered and the change stands."""
    await rina.command(KOPI, LINK)
    asked = await rina.command(KOPI, "/desk unlink")
    slack.world.faults.add(Fault("response_url", "status", 500))
    await rina.click(asked.message, "Unlink from Kopi Nusantara")
    assert await rows(Channel) == []
