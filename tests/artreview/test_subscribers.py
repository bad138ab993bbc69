"""Who wants to hear from the site: asked first, then confirmed, gone when they leave."""

import pytest

from artreview.errors import SubscriptionUnknown
from artreview.limits import CONFIRMATION_SECONDS
from artreview.subscribers import Subscribers
from tests.aws import KEYS, Account
from tests.samples import NOW

ADDRESS = "reader@example.org"


def item(account: Account) -> dict[str, object]:
    """Return the only item."""
    (found,) = account.items("SUBSCRIBERS_TABLE")
    return found


def test_who_is_asked_is_forgotten_unless_they_confirm(account: Account) -> None:
    """The item expires by itself, and an old answer is none."""
    asked = account.subscribers.propose(ADDRESS, NOW)
    assert not asked.is_confirmed
    assert item(account)["expires_at"] == NOW + CONFIRMATION_SECONDS
    assert account.subscribers.find(ADDRESS) is None
    with pytest.raises(SubscriptionUnknown):
        account.subscribers.confirm(asked.id, NOW + CONFIRMATION_SECONDS + 1)


def test_who_confirms_is_kept_with_the_time(account: Account) -> None:
    """And does not expire any more. Twice changes nothing."""
    asked = account.subscribers.propose(ADDRESS, NOW)
    account.subscribers.confirm(asked.id, NOW + 60)
    account.subscribers.confirm(asked.id, NOW + 10 * CONFIRMATION_SECONDS)
    assert item(account) == {
        "id": asked.id.hex(),
        "address": ADDRESS,
        "asked_at": NOW,
        "confirmed_at": NOW + 60,
    }


def test_who_is_asked_again_is_the_same(account: Account) -> None:
    """One address, however it is written, is one item; the seven days begin anew."""
    first = account.subscribers.propose(ADDRESS, NOW)
    again = account.subscribers.propose("Reader@Example.org", NOW + 60)
    assert again == first
    assert item(account)["expires_at"] == NOW + 60 + CONFIRMATION_SECONDS


def test_a_subscriber_stays_one_when_asked_again(account: Account) -> None:
    """A stranger who types the address changes nothing."""
    asked = account.subscribers.propose(ADDRESS, NOW)
    account.subscribers.confirm(asked.id, NOW)
    before = item(account)
    again = account.subscribers.propose("READER@example.org", NOW + 60)
    assert (again.id, again.is_confirmed) == (asked.id, True)
    assert item(account) == before


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_who_leaves_is_gone(account: Account, is_confirmed: bool) -> None:
    """Nothing stays; twice is fine; and an old link does not bring them back."""
    asked = account.subscribers.propose(ADDRESS, NOW)
    if is_confirmed:
        account.subscribers.confirm(asked.id, NOW)
    account.subscribers.leave(asked.id)
    account.subscribers.leave(asked.id)
    assert account.items("SUBSCRIBERS_TABLE") == []
    with pytest.raises(SubscriptionUnknown):
        account.subscribers.confirm(asked.id, NOW + 1)
    assert account.items("SUBSCRIBERS_TABLE") == []


def test_a_change_of_keys_makes_nobody_twice(account: Account) -> None:
    """Who subscribed under an older key is found under the newer ones."""
    table = account.subscribers._table
    old = Subscribers(table, KEYS[1:])
    asked = old.propose(ADDRESS, NOW)
    old.confirm(asked.id, NOW)
    assert Subscribers(table, KEYS).propose(ADDRESS, NOW + 60).id == asked.id


def test_one_who_confirms_meanwhile_is_not_asked_anew(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the write they may have pressed the button."""
    asked = account.subscribers.propose(ADDRESS, NOW)
    find = account.subscribers.find

    def find_then_confirm(address: str) -> None:
        assert find(address) is None
        account.subscribers.confirm(asked.id, NOW)

    monkeypatch.setattr(account.subscribers, "find", find_then_confirm)
    assert account.subscribers.propose(ADDRESS, NOW + 60).is_confirmed
    assert "expires_at" not in item(account)
