"""One spelling for an address, and none that leads inside."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.addresses import check_is_public, check_on_site, key_of, normalised
from scraper.errors import AddressError, PermanentFault, Refused, TemporaryFault
from scraper.site import Site


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("HTTP://A.Example:80/x#part", "http://a.example/x"),
        ("//a.example", "https://a.example/"),
        ("/a b?q=é", "https://b.example/a%20b?q=%C3%A9"),
        ("../up?utm=1&id=2", "https://b.example/up?id=2"),
        ("/%7Eann/", "https://b.example/~ann/"),
        ("/caf%c3%a9?q=%2f%41", "https://b.example/caf%C3%A9?q=%2FA"),
        ("http://a.example/x/./y/%2E%2E/z/..", "http://a.example/x/"),
        ("/100%/%%34%31", "https://b.example/100%25/%2541"),
    ],
)
def test_one_spelling(written: str, wanted: str) -> None:
    """However a link is written, its page has one address."""
    assert normalised(written, "https://b.example/in/", ["utm"]) == wanted


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_an_error(text: str) -> None:
    """No link on a page can stop the crawl, and one spelling stays as it is."""
    try:
        address = normalised(text, "https://b.example/in/")
    except AddressError:
        return
    assert normalised(address) == address
    assert address.isascii() or not address.partition("/")[2].isascii()


@pytest.mark.parametrize("written", ["file:///etc/passwd", "mailto:a@b.example", "javascript:x"])
def test_other_schemes_are_refused(written: str) -> None:
    """`file:` above all."""
    with pytest.raises(AddressError, match="only http: and https: are allowed"):
        normalised(written, "https://b.example/")


def test_off_the_site_is_refused(site: Site) -> None:
    """Also a host that only looks like the site's."""
    check_on_site("https://www.magazine.example/x", site)
    with pytest.raises(Refused, match="is off the site"):
        check_on_site("https://www.magazine.example.evil.example/x", site)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "::1",
        "fd00::1",
        "0.0.0.0",
        "224.0.0.1",
        "ff0e::1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "::ffff:127.0.0.1",
    ],
)
def test_a_name_for_the_inside_is_refused(site: Site, ip: str) -> None:
    """A public name for a private machine is refused, unless it is allowed by name."""
    address = "https://www.magazine.example/x"
    with pytest.raises(Refused, match="loopback or private"):
        check_is_public(address, site, lambda _: ["93.184.216.34", ip])
    allowed = replace(site, private_hosts=frozenset({"www.magazine.example"}))
    check_is_public(address, allowed, lambda _: [ip])


def test_a_host_without_an_address_is_worth_another_try(site: Site) -> None:
    """Name servers fail now and then; a host that cannot be one does not."""

    def unknown(host: str) -> list[str]:
        raise OSError(host)

    with pytest.raises(TemporaryFault):
        check_is_public("https://gone.example/", site, unknown)
    with pytest.raises(PermanentFault):
        check_is_public("https://a..b.example/", site, lambda host: [host.encode("idna").decode()])


def test_https_and_www_do_not_change_the_split() -> None:
    """The key stays when a site moves to https or drops its `www.`."""
    assert key_of("https://www.a.example/x?y=1") == key_of("http://a.example/x?y=1")
