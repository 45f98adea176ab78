"""Which addresses are everybody's."""

import pytest

from bot.delivery.addresses import is_public, plain_address


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
     "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
     "198.17.255.255", "198.20.0.0", "223.255.255.255", "168.63.129.15", "2606:2800:220:1::1", "2001:4860:4860::8888",
     "64:ff9b::101:101"],
)  # fmt: skip
def test_what_lies_just_outside_of_the_private_networks_is_public(address: str) -> None:
    """Nothing else is refused."""
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255",
     "169.254.0.0", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255",
     "198.18.0.0", "198.19.255.255", "224.0.0.1", "239.255.255.255", "240.0.0.0", "255.255.255.255", "192.0.0.192",
     "168.63.129.16", "100.100.100.200",
     "::", "::1", "::ffff:8.8.8.8", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "64:ff9b::a00:1",
     "64:ff9b:1::1", "2002:808:808::1", "2001::1", "2001:db8::1", "3fff::1", "5f00::1", "4000::1",
     "kopi.example", "", "127.1"],
)  # fmt: skip
def test_what_is_not_everybodys_is_refused(address: str) -> None:
    """Private, loopback, link-local, metadata, to many, for documents, others in disguise, and what is none."""
    assert not is_public(address)


@pytest.mark.parametrize(
    ("host", "plain"),
    [("127.1", "127.0.0.1"), ("2130706433", "127.0.0.1"), ("0x7f.0.0.1", "127.0.0.1"), ("010.0.0.1", "8.0.0.1"),
     ("127.0.0.1", "127.0.0.1"), ("kopi.example", "kopi.example"), ("::1", "::1"), ("", "")],
)  # fmt: skip
def test_an_address_in_disguise_is_seen(host: str, plain: str) -> None:
    """As the system's resolver would read it."""
    assert plain_address(host) == plain
