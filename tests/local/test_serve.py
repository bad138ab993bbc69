"""What a local site is told that differs from AWS."""

import pytest

from local import serve
from local.errors import LocalError


def test_a_laptop_has_no_limits_unless_it_wants_them() -> None:
    """Every visitor there has one address; `LIMITS=on` leaves the template's defaults."""
    assert set(serve._limits("off").values()) == {"1000000"}
    assert serve._limits("on") == {}


@pytest.mark.parametrize("wish", ["yes", "5", "ON"])
def test_another_wish_is_told_what_is_allowed(wish: str) -> None:
    """One line."""
    with pytest.raises(LocalError, match=r"LIMITS is .*; it must be on or off\."):
        serve._limits(wish)
