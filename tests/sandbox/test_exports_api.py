"""The sandbox's Reporting API: what the desk's own client does not ask of it."""

from typing import Any

import aiohttp
import pytest

from bot.sandbox.exports_api import Script
from bot.sandbox.seed import seed
from bot.sandbox.server import Sandbox

KEY = {"Authorization": "Bearer demo-key-of-kopi-nusantara"}
PATH = "/api/v1/subaccounts/kopi_otp/messages/exports"


@pytest.mark.parametrize("product", ["sms", "chatapps"])
async def test_without_a_body_it_is_the_week_before_today(product: str, clock: Any) -> None:
    """Every member may be missing; dates are UTC; two requests alike are two jobs; masked rows are alike."""
    world = seed(clock=clock)
    world.exports.normal = Script(words=("succeeded",), rows=2)
    async with Sandbox(world) as sandbox, aiohttp.ClientSession(headers=KEY) as http:
        bodies: list[dict[str, Any] | None] = [None, {}, {"from": "2026-11-16", "to": "2026-11-23"}, {"limit": 0}]
        for body in bodies:
            async with http.post(f"{sandbox.url}/8x8-{product}{PATH}", json=body) as answer:
                assert answer.status == 202
                job_id = (await answer.json())["jobId"]
            async with http.get(f"{sandbox.url}/8x8-{product}{PATH}/{job_id}") as answer:
                assert (await answer.json())["status"] == "succeeded"
        jobs = list(world.exports.jobs.values())
        assert len({(job.wanted.since, job.wanted.until) for job in jobs}) == 1
        assert len({b"".join(job.files.values()) for job in jobs}) == 1
        (data,) = jobs[0].files.values()
        header, *rows = data.decode().splitlines()
        assert len(rows) == 14
        assert all("****" in row for row in rows)
        assert ("status_value" in header) == (product == "sms")
        async with http.post(f"{sandbox.url}/8x8-{product}{PATH}", json={"from": "2026-05-22"}) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 1010)
        async with http.post(f"{sandbox.url}/8x8-{product}{PATH}", json={"from": "2026-05-23", "limit": 1}) as answer:
            assert answer.status == 202
