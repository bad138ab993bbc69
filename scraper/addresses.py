"""Addresses: one spelling for each, and which of them a site's crawl may visit."""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from scraper.errors import AddressError, PermanentFault, Refused, TemporaryFault
from scraper.site import Site

LONGEST = 2000
_PORTS = {"http": 80, "https": 443}
_KEPT_AS_IT_IS = "/%:@!$&'()*+,;=~-._"
_BLANKS = re.compile(r"[\t\r\n]")
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")

Resolver = Callable[[str], Iterable[str]]
"""A host's name → its IP addresses. Raises OSError where there are none."""


def resolve(host: str) -> list[str]:
    """Ask the machine's own resolver."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, None)]


def normalised(address: str, base: str = "", drop_parameters: Iterable[str] = ()) -> str:
    """Return the one spelling of an address: absolute, no fragment, no default port, no dots.

    Escapes are in capitals, and only where they are needed (RFC 3986, 6.2.2).

    Raises AddressError for what is no address on the web, `file:` and `mailto:` among them.
    """
    try:
        parts = urlsplit(urljoin(base, _BLANKS.sub("", address.strip())))
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise AddressError(f"{address!r} is not an address: {error}") from error
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        raise AddressError(
            f"{address[:LONGEST]!r} is not an address on the web: only http: and https: are allowed"
        )
    if ":" in host:
        host = f"[{host}]"
    netloc = host if port in (None, _PORTS[scheme]) else f"{host}:{port}"
    query = _without(parts.query, frozenset(drop_parameters))
    path = _without_dots(_escaped(parts.path, _KEPT_AS_IT_IS))
    whole = urlunsplit((scheme, netloc, path, _escaped(query, _KEPT_AS_IT_IS + "?"), ""))
    if len(whole) > LONGEST:
        raise AddressError(
            f"{whole[:80]}… has {len(whole)} characters: at most {LONGEST} are allowed"
        )
    return whole


def host_of(address: str) -> str:
    """Return the host, with its port where the address names one."""
    return urlsplit(address).netloc


def key_of(address: str) -> str:
    """Return what stays of an address when a site moves to https or drops its `www.`."""
    parts = urlsplit(address)
    return f"{parts.netloc.removeprefix('www.')}{parts.path}?{parts.query}"


def check_on_site(address: str, site: Site) -> None:
    """Refuse an address that is not on one of the site's hosts."""
    host = host_of(address)
    if host not in site.hosts:
        raise Refused(
            f"{address} is off the site: {host!r} is not among its hosts "
            f"({', '.join(sorted(site.hosts))}); add it to [site] hosts if it belongs to them"
        )


def check_is_public(address: str, site: Site, resolver: Resolver) -> None:
    """Refuse a target inside the operator's own machine or network, unless allowed by name.

    The name is resolved first, so that a public name for a private machine is refused too.
    """
    host = urlsplit(address).hostname or ""
    if {host, host_of(address)} & site.private_hosts:
        return
    try:
        found = [host] if _is_ip(host) else list(resolver(host))
    except UnicodeError as error:
        raise PermanentFault(f"{host!r} is not the name of a host: {error}") from error
    except OSError as error:
        raise TemporaryFault(f"{host} has no address: {error}") from error
    for ip in found:
        check_ip(ip, host, urlsplit(address).port, site)


def check_ip(ip: str, host: str, port: int | None, site: Site) -> None:
    """Refuse an IP address inside the operator's own machine or network, unless allowed by name."""
    if {host, f"{host}:{port}"} & site.private_hosts or _is_public(ip.partition("%")[0]):
        return
    raise Refused(
        f"{host} leads to {ip}, which is loopback or private: name {host!r} in [site] "
        "private_hosts if that is meant"
    )


def _is_public(written: str) -> bool:
    """Tell whether an address is anybody's; what is wrapped in NAT64 or 6to4 is unwrapped."""
    ip = ipaddress.ip_address(written)
    if isinstance(ip, ipaddress.IPv6Address):
        inside = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inside = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inside is not None:
            return _is_public(str(inside))
    return ip.is_global and not ip.is_multicast and ip not in _LOCAL_NAT64


def _escaped(text: str, kept: str) -> str:
    def one(escape: re.Match[str]) -> str:
        digits = escape.group(1)
        if digits is None:
            return "%25"
        character = chr(int(digits, 16))
        return character if character in _UNRESERVED else f"%{digits.upper()}"

    return _ESCAPE.sub(one, quote(text, safe=kept))


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _without(query: str, dropped: frozenset[str]) -> str:
    if not dropped or not query:
        return query
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, value) for name, value in pairs if name not in dropped])
