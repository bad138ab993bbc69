"""Mail addresses."""

from typing import Any

import dns.exception
import dns.resolver
import pytest

from artreview.errors import FieldError
from functions.submit.addresses import dns_resolver, normalised_address


class ScriptedResolver:
    """Answers every question with the same error."""

    lifetime = 2.0

    def __init__(self, error: Exception) -> None:
        self.error = error

    def resolve(self, *_question: Any, **_options: Any) -> Any:
        """Raise the error."""
        raise self.error


def code(text: str, resolver: Any = None) -> str:
    """Return the code of what is wrong, or the address."""
    outcome = normalised_address(text, resolver)
    return outcome.code if isinstance(outcome, FieldError) else outcome


def test_without_a_name_server_nothing_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop without a network takes addresses as they are."""

    def no_configuration(*_arguments: Any, **_options: Any) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver.Resolver, "read_resolv_conf", no_configuration)
    assert dns_resolver() is None


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Reader@EXAMPLE.org", "Reader@example.org"),
        ("a+b@example.org", "a+b@example.org"),
        ("reader@bücher.example.org", "reader@xn--bcher-kva.example.org"),
    ],
)
def test_good_addresses_are_normalised(typed: str, written: str) -> None:
    """The domain in lower case and as DNS has it; the name as its owner writes it."""
    assert code(typed) == written


@pytest.mark.parametrize(
    "typed",
    [
        "x",
        "a@b",
        "@example.org",
        "a@@example.org",
        "a b@example.org",
        "a@example.org\r\nBcc: everybody@example.com",
        "a@example.org\nSubject: hello",
        "a@example.org, b@example.org",
        '"a\r\nb"@example.org',
        "a@[127.0.0.1]",
        "a@localhost",
        "<a@example.org>",
        "a@example..org",
        "a@\u202eexample.org",
        "müller@example.org",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    """Header injection, lists and local names never get past the form."""
    assert code(typed) == "address_invalid"


def test_a_long_address_is_refused_before_it_is_looked_at() -> None:
    """RFC 5321 allows 254 characters."""
    assert code("a" * 250 + "@example.org") == "address_too_long"


def test_a_domain_that_does_not_exist_is_refused() -> None:
    """A name without an entry cannot get a mail."""
    resolver = ScriptedResolver(dns.resolver.NXDOMAIN())
    assert code("a@example.org", resolver) == "address_takes_no_mail"


@pytest.mark.parametrize(
    "error", [dns.exception.Timeout(), dns.resolver.NoNameservers(), dns.resolver.LifetimeTimeout()]
)
def test_a_resolver_that_does_not_answer_is_not_the_visitors_fault(error: Exception) -> None:
    """The address is taken as it is."""
    assert code("a@example.org", ScriptedResolver(error)) == "a@example.org"
