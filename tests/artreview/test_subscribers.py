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
    assert account.subscribers.find(ADDRESS, NOW + CONFIRMATION_SECONDS) is None
    with pytest.raises(SubscriptionUnknown):
        account.subscribers.confirm(asked.id, NOW, NOW + CONFIRMATION_SECONDS + 1)


def test_who_confirms_is_kept_with_the_time(account: Account) -> None:
    """And does not expire any more. Twice changes nothing."""
    asked = account.subscribers.propose(ADDRESS, NOW)
    account.subscribers.confirm(asked.id, NOW, NOW + 60)
    account.subscribers.confirm(asked.id, NOW, NOW + CONFIRMATION_SECONDS - 1)
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
    assert again.id == first.id
    assert item(account)["expires_at"] == NOW + 60 + CONFIRMATION_SECONDS


def test_a_subscriber_stays_one_when_asked_again(account: Account) -> None:
    """A stranger who types the address changes nothing."""
    asked = account.subscribers.propose(ADDRESS, NOW)
    account.subscribers.confirm(asked.id, NOW, NOW)
    before = item(account)
    again = account.subscribers.propose("READER@example.org", NOW + 60)
    assert (again.id, again.is_confirmed) == (asked.id, True)
    assert item(account) == before


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_who_leaves_is_gone(account: Account, is_confirmed: bool) -> None:
    """Nothing stays; twice is fine; and an old link does not bring them back."""
    asked = account.subscribers.propose(ADDRESS, NOW)
    if is_confirmed:
        account.subscribers.confirm(asked.id, NOW, NOW)
    account.subscribers.leave(asked.id)
    account.subscribers.leave(asked.id)
    assert account.items("SUBSCRIBERS_TABLE") == []
    with pytest.raises(SubscriptionUnknown):
        account.subscribers.confirm(asked.id, NOW, NOW + 1)
    assert account.items("SUBSCRIBERS_TABLE") == []


def test_a_change_of_keys_makes_nobody_twice(account: Account) -> None:
    """Who subscribed under an older key is found under the newer ones."""
    table = account.subscribers._table
    old = Subscribers(table, KEYS[1:])
    asked = old.propose(ADDRESS, NOW)
    old.confirm(asked.id, NOW, NOW)
    assert Subscribers(table, KEYS).propose(ADDRESS, NOW + 60).id == asked.id


def test_one_who_confirms_meanwhile_is_not_asked_anew(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the write they may have pressed the button."""
    asked = account.subscribers.propose(ADDRESS, NOW)
    find = account.subscribers.find

    def find_then_confirm(address: str, now: float) -> object:
        found = find(address, now)
        account.subscribers.confirm(asked.id, NOW, NOW)
        return found

    monkeypatch.setattr(account.subscribers, "find", find_then_confirm)
    assert account.subscribers.propose(ADDRESS, NOW + 60).is_confirmed
    assert "expires_at" not in item(account)


def test_an_old_link_does_not_work_again(account: Account) -> None:
    """Neither after it has expired nor after its reader has left, when somebody asks again."""
    asked = account.subscribers.propose(ADDRESS, NOW)
    late = NOW + CONFIRMATION_SECONDS
    account.subscribers.propose(ADDRESS, late)
    with pytest.raises(SubscriptionUnknown):
        account.subscribers.confirm(asked.id, NOW, late)
    account.subscribers.leave(asked.id)
    account.subscribers.propose(ADDRESS, late + 60)
    with pytest.raises(SubscriptionUnknown):
        account.subscribers.confirm(asked.id, late, late + 60)
    account.subscribers.confirm(asked.id, late + 60, late + 60)


def test_the_links_of_two_mails_are_both_good(account: Account) -> None:
    """Whoever asked twice need not guess which mail to open; each for its seven days."""
    asked = account.subscribers.propose(ADDRESS, NOW)
    account.subscribers.propose(ADDRESS, NOW + 60)
    account.subscribers.confirm(asked.id, NOW, NOW + 120)
    assert item(account)["confirmed_at"] == NOW + 120


def test_who_was_asked_under_an_older_key_is_asked_under_it_again(account: Account) -> None:
    """No second item; the link of the first mail stays good."""
    table = account.subscribers._table
    asked = Subscribers(table, KEYS[1:]).propose(ADDRESS, NOW)
    assert account.subscribers.propose(ADDRESS, NOW + 60).id == asked.id
    account.subscribers.confirm(asked.id, NOW, NOW + 120)
    assert "expires_at" not in item(account)


@pytest.mark.parametrize("keys", [KEYS[:1], KEYS[1:]])
def test_who_leaves_is_gone_under_every_key(account: Account, keys: list[bytes]) -> None:
    """Two items may be there where a key was missing for a while; one link removes both."""
    table = account.subscribers._table
    ids = {key: Subscribers(table, [key]).propose(ADDRESS, NOW).id for key in KEYS}
    for subscriber_id in ids.values():
        account.subscribers.confirm(subscriber_id, NOW, NOW)
    assert len(account.items("SUBSCRIBERS_TABLE")) == len(KEYS)
    account.subscribers.leave(ids[keys[0]])
    assert account.items("SUBSCRIBERS_TABLE") == []


def test_who_has_confirmed_is_found_before_who_has_not(account: Account) -> None:
    """Whichever key is the newer one."""
    table = account.subscribers._table
    old = Subscribers(table, KEYS[1:]).propose(ADDRESS, NOW)
    Subscribers(table, KEYS[:1]).propose(ADDRESS, NOW)
    account.subscribers.confirm(old.id, NOW, NOW)
    found = account.subscribers.find(ADDRESS, NOW)
    assert found is not None
    assert (found.id, found.is_confirmed) == (old.id, True)
