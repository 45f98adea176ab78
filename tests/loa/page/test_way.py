"""Where the signing page is offered, and where a link leads that is another provider's."""

from dataclasses import replace
from typing import Any

from bot.errors import DeskError
from bot.loa import links, steps
from bot.loa.page.web import SigningPages
from bot.loa.rules import Way
from bot.registrations.countries import country


class Elsewhere:
    """A provider on loopback: its page is an address, or it is away."""

    way = Way.DOCUSIGN

    def __init__(self, address: str) -> None:
        self.address = address

    def offered(self, *_: object) -> bool:
        """Everywhere."""
        return True

    async def go(self, _: str) -> str:
        """Its page."""
        if not self.address:
            raise DeskError
        return self.address


OFFERED = {
    ("PH", "local"): True,
    ("PH", "international"): True,
    ("SG", "international"): True,
    ("ID", "international"): True,
    ("ID", "local"): False,
    ("TH", "local"): False,
    ("TH", "international"): False,
}


async def test_the_page_is_offered_where_operators_accept_it(office: Any) -> None:
    """As the country's file says: not where ink or a stamp is asked for, and only once it is set up."""
    cases = {(code, entity): (country(code), entity) for code, entity in OFFERED}
    assert {case: office.page.offered(*asked) for case, asked in cases.items()} == OFFERED
    for lacks in ({"public_url": ""}, {"key": ""}, {"others": {Way.DOCUSIGN: Elsewhere("x")}}):
        page = replace(office.page, **lacks)
        assert not any(page.offered(*asked) for asked in cases.values())


async def test_without_its_settings_the_page_answers_nothing(office: Any) -> None:
    """No address: no routes; no key for the seal: links to providers alone."""
    assert replace(office.page, public_url="").routes() == []
    led = {route.path for route in SigningPages(office.database, None, {}, office.url).routes()}
    assert led == {"/loa/sign/{token:[A-Za-z0-9_-]{20,100}}", "/loa/static/{name}"}


async def test_a_link_to_a_provider_leads_there_until_it_is_over(office: Any, clock: Any) -> None:
    """As often as it is opened; while the provider is away the page says so, and the link still works."""
    signing = await office.database.write(steps.begin_signing, office.ana, office.letter_id, Way.DOCUSIGN)
    address = await office.database.write(links.sign_now, signing, office.url, "U0ANA")
    provider = Elsewhere(f"{office.url}/loa/static/page.css")
    office.page.web._ways = {Way.DOCUSIGN: provider}
    browser = await office.new_browser()
    for _ in range(2):
        assert (await browser.get(address)).at == "/loa/static/page.css"
    provider.address = ""
    assert ((await browser.get(address)).status, "it is not your fault" in browser.text) == (409, True)
    provider.address = f"{office.url}/loa/static/page.css"
    clock.advance(minutes=11)
    assert "could be opened until" in (await browser.get(address)).text
