"""A customer's link is opened; nothing that is not public is ever connected to."""

import socket
import ssl

import pytest

from bot.rcs import links
from bot.rcs.links import End
from bot.rcs.visiting import Visitor

KOPI = "https://kopi.example"
INSIDE = "127.0.0.2"


@pytest.mark.parametrize(
    ("path", "end", "said"),
    [
        ("/status/200", End.THERE, "answers 200"),
        ("/status/204", End.THERE, "answers 204"),
        ("/status/404", End.NOT_THERE, "answers 404"),
        ("/status/410", End.NOT_THERE, "answers 410"),
        ("/status/401", End.LOCKED, "answers 401"),
        ("/status/403", End.UNCHECKED, "answers 403"),
        ("/status/429", End.UNCHECKED, "answers 429"),
        ("/status/503", End.UNCHECKED, "answers 503"),
        ("/only-get", End.THERE, "answers 200"),
        ("/drops-head", End.THERE, "answers 200"),
        ("/hop/0", End.THERE, "answers 200"),
        ("/hop/4", End.THERE, "answers 200"),
        ("/hop/5", End.AROUND, "more than 5 redirects"),
        ("/onward?to=http://kopi.example/status/200", End.PLAIN, "leads elsewhere"),
        ("/onward?to=https://kopi.example:8443/", End.UNCHECKED, "leads elsewhere"),
        ("/onward?to=https://[::1/", End.UNCHECKED, "broke off"),
        ("/onward?to=https://www.kopi.example/status/200", End.THERE, "answers 200"),
    ],
)
async def test_how_a_way_ends(website, path: str, end: End, said: str) -> None:
    """There, not there, and could not be checked are three things; five redirects are followed, a sixth is not."""
    visit = await website.visitor().visit(KOPI + path)
    assert (visit.end, visit.said) == (end, said)


async def test_a_page_is_asked_for_with_head_first(website) -> None:
    """What HEAD tells is not asked again; what it does not is asked with GET."""
    await website.visitor().visit(f"{KOPI}/status/200")
    await website.visitor().visit(f"{KOPI}/only-get")
    assert [method for method, _, _ in website.asked] == ["HEAD", "HEAD", "GET"]


async def test_a_page_that_hangs_could_not_be_checked(website) -> None:
    """After its seconds the visit ends."""
    visit = await website.visitor(seconds=0.2).visit(f"{KOPI}/hangs")
    assert (visit.end, visit.said) == (End.UNCHECKED, "no answer in time")


async def test_nobody_listening_could_not_be_checked(website, closed_port: int) -> None:
    """A refused connection may be of this moment."""
    website.names.port = closed_port
    visit = await website.visitor().visit(KOPI)
    assert (visit.end, visit.said) == (End.UNCHECKED, "no connection")


@pytest.mark.parametrize(
    ("code", "end", "said"),
    [
        (socket.EAI_NONAME, End.NO_HOST, "no such host"),
        (socket.EAI_AGAIN, End.UNCHECKED, "no connection"),
        (socket.EAI_FAIL, End.UNCHECKED, "no connection"),
    ],
)
async def test_a_name_that_nobody_has_is_not_there(website, code: int, end: End, said: str) -> None:
    """One that cannot be looked up now may be our own network's fault."""
    website.names.troubles["kopi.example"] = code
    visit = await website.visitor().visit(f"{KOPI}/status/200")
    assert (visit.end, visit.said) == (end, said)


async def test_where_no_name_is_found_nothing_is_known_of_this_one(website) -> None:
    """In a closed network each name of the world is said not to be there: one that is always there tells it."""
    website.names.troubles = {"kopi.example": socket.EAI_NONAME, "slack.com": socket.EAI_NONAME}
    visit = await website.visitor().visit(f"{KOPI}/status/200")
    assert (visit.end, visit.said) == (End.UNCHECKED, "no names can be looked up from here")


async def test_a_certificate_that_is_not_ours_to_believe_could_not_be_checked(website) -> None:
    """A missing link in its chain is something that browsers may find; a self-signed one is not valid."""
    visit = await website.visitor(trust=ssl.create_default_context()).visit(f"{KOPI}/status/200")
    assert visit.end is End.CERTIFICATE
    assert website.asked == []


@pytest.mark.parametrize("website", [1], indirect=True, ids=["of two days ago, for one"])
async def test_a_certificate_that_ran_out_is_said(website) -> None:
    """Phones would warn of it."""
    visit = await website.visitor().visit(f"{KOPI}/status/200")
    assert (visit.end, visit.said) == (End.CERTIFICATE, "certificate: certificate has expired")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "0.0.0.0", "0", "localhost",
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "2852039166", "100.100.100.200", "168.63.129.16",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[fe80::1]", "[fd00:ec2::254]", "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]", "[::127.0.0.1]", "[2001:db8::1]", "255.255.255.255", "224.0.0.1", "198.18.0.1",
    ],
)  # fmt: skip
async def test_no_spelling_of_a_private_address_is_connected_to(host: str) -> None:
    """The visitor of the shell, with the system's resolver: refused before a socket is made."""
    assert (await Visitor().visit(f"https://{host}/")).end is End.NOT_PUBLIC


async def test_a_redirect_to_a_private_address_is_refused(website) -> None:
    """Written as an address, it never asks the resolver: the socket's own gate holds."""
    visit = await website.visitor().visit(f"{KOPI}/onward?to=https://{INSIDE}/status/200")
    assert (visit.end, visit.url) == (End.NOT_PUBLIC, f"https://{INSIDE}/status/200")
    assert {host for _, host, _ in website.asked} == {"kopi.example"}


async def test_a_name_that_leads_inside_is_refused(website) -> None:
    """Also after a redirect; nothing arrives there."""
    website.names.answers["inside.kopi.example"] = [[INSIDE]]
    visit = await website.visitor().visit(f"{KOPI}/onward?to=https://inside.kopi.example/status/200")
    assert visit.end is End.NOT_PUBLIC
    assert {host for _, host, _ in website.asked} == {"kopi.example"}


async def test_a_name_with_a_private_address_among_others_is_refused(website) -> None:
    """One of its addresses is enough."""
    website.names.answers["kopi.example"] = [["127.0.0.1", INSIDE]]
    assert (await website.visitor().visit(f"{KOPI}/status/200")).end is End.NOT_PUBLIC
    assert website.asked == []


async def test_a_name_that_changes_its_mind_is_looked_at_each_time(website) -> None:
    """A good address for the first request, one inside for the second: only the first one arrives."""
    website.names.answers["kopi.example"] = [["127.0.0.1"], [INSIDE]]
    assert (await website.visitor().visit(f"{KOPI}/hop/1")).end is End.NOT_PUBLIC
    assert website.asked == [("HEAD", "kopi.example", "/hop/1")]
    assert website.names.asked == ["kopi.example", "kopi.example"]


async def test_the_address_that_was_looked_at_is_the_one_connected_to(website) -> None:
    """One question for one connection: a second answer would be another one."""
    website.names.answers["kopi.example"] = [["127.0.0.1"], [INSIDE]]
    assert (await website.visitor().visit(f"{KOPI}/status/200")).end is End.THERE
    assert website.names.asked == ["kopi.example"]


@pytest.mark.parametrize(
    ("typed", "say"),
    [
        ("https://kopi.example/privacy", ""),
        ("HTTPS://Kopi.Example:443/privacy?a=b#c", ""),
        ("https://kopí.example/", ""),
        ("http://kopi.example/privacy", "link_plain"),
        ("ftp://kopi.example/", "link_shape"),
        ("kopi.example/privacy", "link_shape"),
        ("javascript:alert(1)", "link_shape"),
        ("file:///etc/passwd", "link_shape"),
        ("", "link_shape"),
        ("https://", "link_shape"),
        ("https://kopi.example/a b", "link_shape"),
        ("https://kopi.example\\@evil.example/", "link_shape"),
        ("https://kopi.example\n.evil.example/", "link_shape"),
        ("https://[::1", "link_shape"),
        ("https://ana:secret@kopi.example/", "link_password"),
        ("https://kopi.example:8443/", "link_port"),
        ("https://kopi.example:99999/", "link_shape"),
        ("https://127.0.0.1/", "link_host"),
        ("https://[2606:2800:220:1::1]/", "link_host"),
        ("https://localhost/", "link_host"),
        ("https://2130706433/", "link_host"),
        ("https://kopi.example/" + "x" * 2100, "link_shape"),
    ],
)
def test_what_an_address_must_look_like(typed: str, say: str) -> None:
    """https, a website's name, nothing secret, the usual port."""
    finding = links.judge_shape("privacy", typed)
    assert (finding.check, finding.ok, finding.say) == ("privacy.format", not say, say)
    assert finding.level == ("error" if say else "info")


@pytest.mark.parametrize(
    ("end", "ok", "level"),
    [(End.THERE, True, "info"), (End.UNCHECKED, False, "warning")]
    + [(end, False, "error") for end in End if end not in {End.THERE, End.UNCHECKED}],
)
def test_what_could_not_be_checked_is_a_warning(end: End, ok: bool, level: str) -> None:
    """What certainly is not there would be refused."""
    visit = links.Visit(end, "answers so", "https://kopi.example/")
    finding = list(links.judge("terms", "https://kopi.example/", visit))[1]
    assert (finding.check, finding.ok, finding.level) == ("terms.reachable", ok, level)
