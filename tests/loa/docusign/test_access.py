"""The desk is let in with the key that it was given, and shows it, and its tokens, to DocuSign alone."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.delivery.asking import Answer
from bot.loa.docusign import credentials
from bot.loa.docusign_access import Access, Credentials
from bot.loa.docusign_errors import (
    Ambiguous,
    Away,
    DocuSignError,
    LockedOut,
    NoSuchEnvelope,
    Refused,
    TooOften,
    Unreadable,
    meaning,
)
from bot.sandbox.docusign.tokens import key_pair
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.settings import Settings


def own(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, **other: str) -> Credentials:
    """Who the desk is, as its settings say."""
    for name, value in (sandbox.environment(docusign=True) | other).items():
        monkeypatch.setenv(name, value)
    found = credentials(Settings(_env_file=None))
    assert found is not None
    return found


def key_forms(folder: Path) -> dict[str, str]:
    """The ways in which a key may be given."""
    path = folder / "key.pem"
    path.write_text(key_pair().private)
    return {"lines": key_pair().private, "one line": key_pair().private.replace("\n", "\\n"), "a file": str(path)}


@pytest.mark.parametrize("form", ["lines", "one line", "a file"])
async def test_the_key_may_be_given_in_several_forms(
    sandbox: Sandbox, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: str
) -> None:
    """As .env files, secrets of containers and folders of secrets have it."""
    who = own(sandbox, monkeypatch, DOCUSIGN_PRIVATE_KEY=key_forms(tmp_path)[form])
    account = await Access(http, who, sandbox.world.docusign.now).account()
    assert account.id == sandbox.world.docusign.account_id


async def test_neither_key_nor_token_is_shown(
    sandbox: Sandbox, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is logged of these objects tells nothing."""
    access = Access(http, own(sandbox, monkeypatch), sandbox.world.docusign.now)
    token = await access.token()
    assert token not in repr(access)
    assert "PRIVATE" not in repr(access)


async def test_a_key_that_is_none_is_said_without_showing_it(http: aiohttp.ClientSession, clock: Any) -> None:
    """What the library says of it may hold a part of it."""
    who = Credentials("http://127.0.0.1:1", "app", "user", SecretStr("-----BEGIN SOMETHING s3cret"))
    with pytest.raises(LockedOut) as refused:
        await Access(http, who, clock).token()
    assert "s3cret" not in str(refused.value)


def said(status: int, code: str = "", **headers: str) -> Answer:
    """An answer of DocuSign's."""
    return Answer(status, headers, f'{{"errorCode": "{code}", "message": "Because."}}'.encode())


MEANINGS = {
    "too much in an hour": (said(400, "HOURLY_APIINVOCATION_LIMIT_EXCEEDED"), TooOften),
    "asked too often": (said(400, "Burst_Envelope_Polling_Limit_Exceeded"), TooOften),
    "429": (said(429), TooOften),
    "a server that fails": (said(503), Away),
    "a token that is none": (said(401, "AUTHORIZATION_INVALID_TOKEN"), LockedOut),
    "elsewhere": (said(302), LockedOut),
    "no such envelope": (said(404, "ENVELOPE_DOES_NOT_EXIST"), NoSuchEnvelope),
    "not acceptable": (said(400, "INVALID_REQUEST_PARAMETER"), Refused),
    "a page of HTML": (Answer(400, {}, b"<html>"), Refused),
}


@pytest.mark.parametrize(("answer", "kind"), MEANINGS.values(), ids=MEANINGS)
def test_each_answer_means_one_thing(answer: Answer, kind: type[DocuSignError], clock: Any) -> None:
    """What to do follows from the kind alone."""
    assert type(meaning(answer, changes=False, now=clock())) is kind


def test_a_server_that_fails_may_have_done_what_it_was_asked(clock: Any) -> None:
    """So it is looked up."""
    assert type(meaning(said(500), changes=True, now=clock())) is Ambiguous
    assert meaning(said(400, "X_POLLING_LIMIT_EXCEEDED"), changes=False, now=clock()).wait == 900


async def test_a_token_is_not_shown_to_an_address_that_is_not_https(
    sandbox: Sandbox, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the account server says where its API is."""
    access = Access(http, own(sandbox, monkeypatch), sandbox.world.docusign.now)
    body = '{"accounts": [{"account_id": "a", "is_default": true, "base_uri": "http://docusign.test"}]}'
    sandbox.world.faults.add(Fault("docusign:userinfo", "bad_body", body=body, content_type="application/json"))
    with pytest.raises(LockedOut, match="not https"):
        await access.account()


async def test_a_token_that_is_not_one_is_not_used(
    sandbox: Sandbox, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of HTML with status 200 is no token."""
    sandbox.world.faults.add(Fault("docusign:token", "bad_body"))
    with pytest.raises(Unreadable):
        await Access(http, own(sandbox, monkeypatch), sandbox.world.docusign.now).token()
