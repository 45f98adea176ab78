"""The client of 8x8's Reporting API against the sandbox: every operation, and every answer that is documented."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.accounts.refusals import (
    Ambiguous,
    BadAnswer,
    Forbidden,
    NotFound,
    ProviderError,
    RateLimited,
    Refused,
    Unauthorized,
)
from bot.accounts.refusals import Unavailable as Away
from bot.logs.client import LogsClient, Report
from bot.logs.errors import LinkGone
from bot.sandbox.exports_api import Script
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox

KEY, ERROR_ID = "demo-key-of-kopi-nusantara", "b4478860-b76c-e811-814e-022a35cc1c71"


@pytest.fixture
def client(sandbox: Sandbox, http: Any) -> Callable[..., LogsClient]:
    """A client of a product's subaccount, with a key."""

    def made(product: str = "sms", subaccount: str = "kopi_otp", key: str = KEY) -> LogsClient:
        return LogsClient(http, f"{sandbox.url}/8x8-{product}", key, subaccount)

    return made


async def read(chunks: Any) -> bytes:
    """All of a file."""
    return b"".join([chunk async for chunk in chunks])


@pytest.mark.parametrize("product", ["sms", "chatapps"])
async def test_an_export_goes_from_its_request_to_its_files(
    client: Callable[..., LogsClient], sandbox: Sandbox, product: str
) -> None:
    """The job's id is an opaque word; the seven words come as they are; files come whole, and links are never shown."""
    ask, exports = client(product), sandbox.world.exports
    wanted = {"from": "2026-11-20T00:00:00+07:00", "to": "2026-11-22T00:00:00+07:00", "countries": ["ID"], "limit": 5}
    exports.script("queued", "running", "succeeded", rows=9, rows_a_file=3)
    job_id = await ask.start(wanted)
    assert len(job_id) == 64
    job = exports.jobs[job_id]
    assert (job.product, job.subaccount, job.wanted.limit, job.wanted.countries) == (product, "kopi_otp", 5, ("ID",))
    assert job.wanted.since == datetime(2026, 11, 19, 17, tzinfo=UTC)
    for word in ("queued", "running"):
        assert await ask.report(job_id) == Report(word)
        exports.advance(seconds=1)
    report = await ask.report(job_id)
    assert (report.word, len(report.links), report.expires) == ("succeeded", 2, job.expires)
    assert [await read(ask.download(link)) for link in report.links] == list(job.files.values())
    assert not any(token in repr(report) for token in job.files)
    with pytest.raises(NotFound):
        await ask.cancel(job_id)
    for word in ("failed", "empty", "error", "paused"):
        exports.script(word)
        assert (await ask.report(await ask.start({}))).word == word
    job_id = await ask.start({})
    await ask.cancel(job_id)
    assert (await ask.report(job_id)).word == "cancelled"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"from": "2026-11-22", "to": "2026-11-20"}, 1000),
        ({"from": "yesterday"}, 1000),
        ({"limit": -1}, 1000),
        ({"phoneNumber": "0811"}, 1002),
        ({"countries": ["XYZ"]}, 1009),
        ({"from": "2026-01-01"}, 1010),
    ],
)
async def test_what_8x8_refuses_has_its_code_and_error_id(
    client: Callable[..., LogsClient], wanted: dict[str, Any], code: int
) -> None:
    """They stand in the sentence that the person reads."""
    with pytest.raises(Refused) as refused:
        await client().start(wanted)
    assert refused.value.code == code
    assert f"code {code}, error ID {refused.value.error_id}" in refused.value.sentence


async def test_who_may_not_is_told_apart_from_what_is_not_there(client: Callable[..., LogsClient]) -> None:
    """A key that nobody has, a subaccount of somebody else's, a job that this subaccount has not."""
    job_id = await client().start({})
    for refused, error, code in (
        (client(key="no-such-key").start({}), Unauthorized, 1200),
        (client(subaccount="mart_hq").start({}), Refused, 1001),
        (client(subaccount="nobody_s").report(job_id), Refused, 1001),
        (client("chatapps").report(job_id), NotFound, 4018),
        (client(subaccount="kopi_promo").report(job_id), NotFound, 4018),
        (client().cancel("no-such-job"), NotFound, 4018),
    ):
        with pytest.raises(error) as raised:
            await refused
        assert raised.value.code == code


Call = Callable[[LogsClient], Awaitable[object]]


def says(where: str, status: int, code: int) -> Fault:
    """8x8 answers with this status and an error of this code."""
    body = json.dumps({"code": code, "errorId": ERROR_ID, "timestamp": "2026-11-23T09:00:00Z"})
    return Fault(where, "status", status, {"Retry-After": "7"}, body, "application/json")


@pytest.mark.parametrize(
    ("fault", "at_start", "at_status"),
    [
        (says("", 401, 1200), Unauthorized, Unauthorized),
        (says("", 403, 1201), Forbidden, Forbidden),
        (says("", 404, 1300), NotFound, NotFound),
        (says("", 400, 1014), Refused, Refused),
        (says("", 422, 4242), Refused, Refused),
        (says("", 429, 1100), RateLimited, RateLimited),
        (says("", 500, 2000), Ambiguous, Away),
        (Fault("", "status", 503), Ambiguous, Away),
        (Fault("", "drop", when="after", times=2), Ambiguous, Away),
        (Fault("", "status", 302), BadAnswer, BadAnswer),
        (Fault("", "bad_body"), Ambiguous, BadAnswer),
        (Fault("", "bad_body", body="{}", content_type="application/json"), Ambiguous, BadAnswer),
    ],
)
async def test_every_answer_has_its_meaning(
    client: Callable[..., LogsClient],
    sandbox: Sandbox,
    fault: Fault,
    at_start: type[ProviderError],
    at_status: type[ProviderError],
) -> None:
    """An answer that is lost is ambiguous only where something was asked for; all name code and error ID, or why."""
    faults = sandbox.world.faults
    calls: tuple[tuple[str, Call, type[ProviderError]], ...] = (
        ("exports:start", lambda one: one.start({}), at_start),
        ("exports:status", lambda one: one.report("a"), at_status),
    )
    for where, call, expected in calls:
        faults.clear()
        faults.add(replace(fault, where=where))
        with pytest.raises(expected) as raised:
            await call(client())
        assert type(raised.value) is expected
        assert raised.value.retry_after == (7 if fault.headers else None)
        assert raised.value.error_id in (None, ERROR_ID)


async def test_a_file_that_does_not_come_is_gone_or_comes_later(
    client: Callable[..., LogsClient], sandbox: Sandbox
) -> None:
    """The link that leads to it stands in no error; the key goes to 8x8's own address alone."""
    world, ask = sandbox.world, client()
    world.exports.normal = Script(words=("succeeded",), rows=1, kept=timedelta(minutes=1))
    (link,) = (await ask.report(await ask.start({}))).links
    for fault, expected in (
        (Fault("", "status", 500), Away),
        (Fault("", "status", 429), RateLimited),
        (Fault("", "drop", times=2), Away),
        (Fault("", "bad_body"), BadAnswer),
        (Fault("", "status", 403), LinkGone),
        (Fault("", "status", 302, {"Location": "http://elsewhere.example/file"}), LinkGone),
        (Fault("", "status", 302, {"Location": "https://127.0.0.1:1/file"}), LinkGone),
        (Fault("", "status", 302, {"Location": "https://localhost:1/file"}), LinkGone),
        (Fault("", "status", 302, {"Location": link}, times=3), LinkGone),
    ):
        world.faults.clear()
        world.faults.add(replace(fault, where="exports:download"))
        with pytest.raises(expected) as raised:
            await read(ask.download(link))
        assert link.rsplit("/", 1)[1] not in repr(raised.value) + raised.value.sentence
        assert raised.value.__cause__ is None
    world.faults.clear()
    assert await read(ask.download(link))
    world.exports.advance(minutes=2)
    for gone in (link, "ftp://8x8.example/file", "http://127.0.0.1:1/file"):
        with pytest.raises(LinkGone):
            await read(ask.download(gone))
    assert ask._headers("https://storage.example/file") == {}
    assert KEY in ask._headers(link)["Authorization"]
