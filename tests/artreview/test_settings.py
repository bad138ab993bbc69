"""A function's environment."""

from dataclasses import dataclass

import pytest

from artreview.errors import SettingMissing
from artreview.settings import from_environment


@dataclass(frozen=True)
class Example:
    """Settings of every kind."""

    site_url: str
    dns_check: bool
    decades: tuple[str, ...]
    memory: int = 1769


def test_settings_are_read_by_their_names() -> None:
    """`SITE_URL` fills `site_url`; a default stands in for what is absent."""
    environment = {"SITE_URL": "https://x.example", "DNS_CHECK": "off", "DECADES": "1890s, 1900s"}
    assert from_environment(Example, environment) == Example(
        "https://x.example", dns_check=False, decades=("1890s", "1900s")
    )


def test_every_missing_setting_is_named() -> None:
    """One error names all that is absent or malformed, with what is allowed."""
    with pytest.raises(SettingMissing, match=r"SITE_URL: is not set; DNS_CHECK: got 'maybe'.*on"):
        from_environment(Example, {"DNS_CHECK": "maybe"})
    with pytest.raises(SettingMissing, match="MEMORY"):
        from_environment(Example, {"SITE_URL": "x", "DNS_CHECK": "on", "MEMORY": "much"})
