"""``/desk account``: where an account is at 8x8 and with which key it is asked, which is shown to nobody."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.accounts import key_told
from bot.accounts.access import REFUSED, TRY, NoKey, Product
from bot.accounts.key_told import WORKS
from bot.accounts.keys import find_account
from bot.accounts.tables import Account, AccountAccess, AccountKey, KeyWait
from bot.accounts.vault import Vault
from bot.app import House
from bot.delivery import claims
from bot.delivery.claims import JOBS
from bot.delivery.tables import DueRow, Message
from bot.delivery.worker import Hold, PutBack
from bot.desk import Desk
from bot.sandbox.faults import Fault
from bot.sandbox.seed import KOPI_ACCOUNT
from bot.sandbox.slack.actor import Actor
from bot.sandbox.world import World
from bot.settings import Settings
from bot.storage.audit import AuditRow
from bot.storage.database import Tx

KOPI = "C0KOPI"
FIRST, SECOND, WRONG = "first-key-of-kopi-aaaaaa", "second-key-of-kopi-bbbbbb", "mistyped-key-of-kopi-cccccc"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With what keeps keys, and no key of anybody's."""
    secret = SecretStr("a-secret-of-more-than-32-characters-for-tests")
    return settings.model_copy(update={"senderdesk_seal_key": secret, "contacts_api_keys": {}})


@pytest.fixture
async def kopi(rina: Actor, world: World) -> Any:
    """Kopi's account, linked here; 8x8 takes two keys of it."""
    await rina.command(KOPI, f"/desk link {KOPI_ACCOUNT} Kopi Nusantara")
    account = world.contacts.account(KOPI_ACCOUNT)
    account.keys = {FIRST, SECOND}
    return account


async def set_key(actor: Actor, key: str) -> dict[str, Any] | None:
    """What somebody does who sets a key."""
    await actor.command(KOPI, "/desk account")
    await actor.fill("key", key)
    return await actor.submit()


def shown(actor: Actor) -> str:
    """All that stands in the top modal."""
    return json.dumps(actor.modal().body, ensure_ascii=False)


async def told(desk: Desk, kind: str) -> list[str]:
    """The messages of a kind, as they are drawn now."""
    return await desk.read(
        lambda tx: [row.key for row in tx.session.scalars(select(Message).where(Message.kind == kind))]
    )


async def account_id(desk: Desk) -> str:
    """Kopi's id here."""
    return await desk.read(lambda tx: tx.session.scalars(select(Account.id)).one())


async def run_trial(house: House) -> str:
    """Run the job that tries the key, when it is due."""

    def claim(tx: Tx) -> Any:
        for row in tx.session.scalars(select(DueRow).where(DueRow.kind == TRY)):
            row.due_at = tx.now
        tx.session.flush()
        return claims.claim(tx, JOBS, "tester", limit=10, lease=timedelta(seconds=60))

    (one,) = [each for each in await house.desk.write(claim) if each.kind == TRY]
    try:
        await house.jobs._run(Hold(one, timedelta(seconds=60)))
    except PutBack as later:
        await house.desk.write(claims.put_back, one, after=timedelta(0), error=later.why, spent=False)
        return later.why
    await house.desk.write(claims.finish, one)
    return "done"


async def test_a_key_is_tried_kept_encrypted_and_changed_without_a_restart(
    desk: Desk, rina: Actor, kopi: Any, settings: Settings, logs: list[Any]
) -> None:
    """A key that 8x8 refuses changes nothing; one that works is in use at once; the typed key stands nowhere."""
    accesses, account = desk.accesses, await account_id(desk)
    with pytest.raises(NoKey):
        await desk.read(accesses.of, account, Product.CONTACTS)
    for key in (FIRST, SECOND):
        errors = await set_key(rina, WRONG)
        assert errors is not None
        assert "401, code 1200, error ID" in errors["key"]
        await rina.close()
        assert await set_key(rina, key) is None
        assert "8x8 takes the key" in shown(rina)
        assert key[-6:] in shown(rina)
        assert key not in shown(rina)
        await rina.close()
        access = await desk.read(accesses.of, account, Product.CONTACTS)
        assert (access.key, access.key_end) == (key, f"…{key[-6:]}")
        assert key not in repr(access)
    folder = Path(settings.database_url.removeprefix("sqlite:///")).parent
    kept = b"".join(path.read_bytes() for path in folder.glob("desk.db*"))
    assert b"bbbbbb" in kept
    for key in (FIRST, SECOND, WRONG):
        assert key.encode() not in kept
        assert key not in repr(logs)
    facts = await desk.read(lambda tx: [row.facts for row in tx.session.scalars(select(AuditRow)) if "key" in row.act])
    assert [fact["key_end"] for fact in facts] == ["…aaaaaa", "…bbbbbb"]


async def test_what_is_typed_wrong_is_told_at_its_field_and_strangers_get_nothing(
    desk: Desk, rina: Actor, budi: Actor, ana: Actor, kopi: Any
) -> None:
    """Keys with blanks, no product, addresses inside of our network; own base URLs are an admin's; customers get no."""
    for action, value, says in (
        ("key", "two words of a key", "no blanks"),
        ("url_contacts", "https://169.254.169.254/", "not out in the world"),
        ("url_sms", "http://sms.8x8.com", "https"),
        ("url_sms", "https://user@sms.8x8.com", "https"),
    ):
        await rina.command(KOPI, "/desk account")
        await rina.fill(action, value)
        errors = await rina.submit()
        assert errors is not None
        assert says in errors[action]
        await rina.close()
    await budi.command(KOPI, "/desk account kopi")
    assert "url_contacts" not in shown(budi)
    assert "seen on your screen" in shown(budi)
    assert "Only support staff" in (await ana.command(KOPI, "/desk account")).text
    assert "no account called" in (await rina.command(KOPI, "/desk account Nobody Ltd")).text
    fits = await desk.read(find_account, type("W", (), {"require_staff": lambda _: None})(), KOPI_ACCOUNT)
    assert fits == await account_id(desk)


async def test_a_new_key_that_8x8_cannot_judge_yet_waits_for_its_turn(
    house: House, desk: Desk, rina: Actor, kopi: Any, world: World
) -> None:
    """The one before stays in use; then the new one takes its place, or goes when 8x8 refuses it."""
    account = await account_id(desk)

    async def key_in_use() -> str:
        return (await desk.read(desk.accesses.of, account, Product.CONTACTS)).key

    await set_key(rina, FIRST)
    await rina.close()
    for key, end, kind in ((SECOND, SECOND, WORKS), (WRONG, SECOND, REFUSED)):
        before = await key_in_use()
        away = world.faults.add(Fault("contacts:*", "status", status=503, times=None))
        assert await set_key(rina, key) is None
        assert "the key before stays in use" in shown(rina)
        await rina.close()
        assert await run_trial(house) == "HTTP 503"
        assert await key_in_use() == before
        world.faults.pending.remove(away)
        assert await run_trial(house) == "done"
        assert await key_in_use() == end
        assert len(await told(desk, kind)) == 1
    assert len(await desk.read(lambda tx: tx.session.scalars(select(AccountKey)).all())) == 1


async def test_a_refused_key_is_told_once_and_what_waits_goes_on(desk: Desk, rina: Actor, kopi: Any) -> None:
    """However often 401 comes: one message per key; when another is set the waiting jobs are due and it says so."""
    account = await account_id(desk)
    await set_key(rina, FIRST)
    await rina.close()
    access = await desk.read(desk.accesses.of, account, Product.CONTACTS)
    for job in ("one", "two", "one"):
        assert await desk.write(desk.accesses.refused, access, ("contacts.submit", job))
    assert len(await told(desk, REFUSED)) == 1
    await set_key(rina, SECOND)
    due = await desk.read(
        lambda tx: sorted(row.key for row in tx.session.scalars(select(DueRow).where(DueRow.kind == "contacts.submit")))
    )
    assert due == ["one", "two"]
    assert await desk.read(lambda tx: tx.session.scalars(select(KeyWait)).all()) == []
    assert not await desk.write(desk.accesses.refused, access, None), "the old key's late 401 is nobody's news"


async def test_a_missing_key_is_told_once_and_what_waits_goes_on(
    house: House, desk: Desk, rina: Actor, kopi: Any
) -> None:
    """Of a customer who was linked and has no key yet; when one is set the waiting jobs are due and it says so."""
    account = await account_id(desk)
    missing = desk.accesses.missing
    for product, job in ((Product.CONTACTS, "one"), (Product.SMS, "two"), (Product.CONTACTS, "one")):
        assert await desk.write(missing, account, product, ("contacts.submit", job))
    (message,) = await desk.read(lambda tx: tx.session.scalars(select(Message).where(Message.kind == REFUSED)).all())
    kind = next(kind for kind in key_told.kinds(desk.voices, "x") if kind.name == REFUSED)
    card = await desk.read(kind.draw, message)
    assert "There is no key for *Kopi Nusantara* at 8x8, and something needs it (Contacts" in card.text
    assert "make one in 8x8 Connect" in card.text
    assert await run_trial(house) == "no key"
    await set_key(rina, FIRST)
    due = await desk.read(
        lambda tx: sorted(row.key for row in tx.session.scalars(select(DueRow).where(DueRow.kind == "contacts.submit")))
    )
    assert due == ["one", "two"]
    card = await desk.read(kind.draw, message)
    assert "has a key at 8x8 now" in card.text
    assert not await desk.write(missing, account, Product.CONTACTS, None), "there is one by now"


async def test_regions_products_and_removal(desk: Desk, rina: Actor, kopi: Any) -> None:
    """The region decides the host of each product; what is not ticked is not asked; a removed key is gone."""
    account = await account_id(desk)
    await rina.command(KOPI, "/desk account")
    await rina.choose(rina.view(), "region", "eu")
    await rina.choose(rina.view(), "products", ["contacts", "sms"])
    assert await rina.submit() is None
    await rina.close()
    hosts = await desk.read(
        lambda tx: {p: desk.accesses.url(tx.session.get(AccountAccess, account), p) for p in Product}
    )
    assert hosts == {
        "contacts": "https://contacts.8x8.uk",
        "chatapps": "https://chatapps.8x8.uk",
        "sms": "https://sms.8x8.uk",
    }
    with pytest.raises(NoKey, match="Messaging Apps is not switched on"):
        await desk.read(desk.accesses.of, account, Product.CHATAPPS)


async def test_a_key_is_tried_again_and_removed_in_the_form(desk: Desk, rina: Actor, kopi: Any) -> None:
    """Both say in the form how it went; a key that 8x8 refuses by now is told there, and to staff."""
    account = await account_id(desk)
    await set_key(rina, FIRST)
    await rina.close()
    await rina.command(KOPI, "/desk account Kopi Nusantara")
    await rina.click(rina.modal(), "Try the key now")
    assert "8x8 takes the key" in shown(rina)
    kopi.keys.remove(FIRST)
    await rina.click(rina.modal(), "Try the key now")
    assert "8x8 refuses the key `…aaaaaa` (401, code 1200, error ID" in shown(rina)
    assert len(await told(desk, REFUSED)) == 1
    await rina.click(rina.modal(), "Remove the key")
    assert "The key was removed" in shown(rina)
    with pytest.raises(NoKey):
        await desk.read(desk.accesses.of, account, Product.CONTACTS)


@pytest.mark.parametrize(("given", "opens"), [(["new"], False), (["new", "old"], True), (["old"], True), ([], False)])
def test_what_an_earlier_secret_closed_is_opened_while_it_is_known(given: list[str], opens: bool) -> None:
    """SENDERDESK_SEAL_KEY can be changed: the one before opens, the new one closes; another account's row is shut."""
    closed = Vault(["old"]).close("kopi", FIRST)
    vault = Vault(given)
    assert vault.open("kopi", closed) == (FIRST if opens else None)
    assert vault.open("mart", closed) is None
    if given:
        assert Vault(["new", "old"]).is_current("kopi", Vault(["new"]).close("kopi", FIRST))
        assert not Vault(["new", "old"]).is_current("kopi", closed)
