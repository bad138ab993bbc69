"""The lineage: which reviews name another one as their parent, and who may know."""

import pytest

from artreview.review import Kinship
from tests.artreview.test_gallery import IDS, block, finish, remove, settle_late
from tests.aws import Account
from tests.samples import NOW, REVIEW_ID, queued_review


def answer(account: Account, review_id: str, at: float = NOW, **changes: object) -> None:
    """Finish a listed answer to the review of the tests."""
    kin = {"parent": REVIEW_ID, "kinship": Kinship.ANSWER}
    finish(account, review_id, at, **kin | changes)


def children(account: Account, most: int = 10) -> list[str]:
    """Return the ids of the children that may be told of."""
    return [child.id for child in account.lineage.children(REVIEW_ID, most)]


def test_the_newest_children_come_first(account: Account) -> None:
    """Those of this parent, no more than asked for, as they are in the table."""
    for number, review_id in enumerate(IDS):
        answer(account, review_id, NOW + number)
    answer(account, "f" * 16, parent="e" * 16)
    assert children(account) == IDS[::-1]
    assert children(account, 2) == [IDS[4], IDS[3]]
    (newest,) = account.lineage.children(REVIEW_ID, 1)
    assert newest == account.store.get(IDS[4])
    assert newest.kinship is Kinship.ANSWER


def test_only_what_is_finished_and_agreed_to_is_told_of(account: Account) -> None:
    """An answer that few were meant to read stays theirs."""
    answer(account, IDS[0], in_gallery=False)
    kin = {"parent": REVIEW_ID, "kinship": Kinship.AGAIN}
    account.store.add(queued_review(id=IDS[1], in_gallery=True, **kin))
    account.store.add(queued_review(id=IDS[2], in_gallery=True, **kin))
    account.store.claim(IDS[2], "lease", NOW)
    assert children(account) == []
    assert account.store.get(IDS[0]).parent == REVIEW_ID


@pytest.mark.parametrize("hide", [block, settle_late, remove])
def test_a_hidden_child_is_gone_at_once(account: Account, hide: object) -> None:
    """Also while the index still holds it."""
    answer(account, IDS[0])
    answer(account, IDS[1])
    assert callable(hide)
    hide(account, IDS[0])
    assert children(account) == [IDS[1]]


def test_a_deleted_review_keeps_no_lineage(account: Account) -> None:
    """Whom it answered goes with its words."""
    answer(account, IDS[0])
    account.store.delete(IDS[0])
    assert not {"parent", "kinship", "gallery_place"} & account.item(IDS[0]).keys()
    assert children(account) == []


def test_a_review_without_a_parent_has_no_such_attributes(account: Account) -> None:
    """What is empty is not stored."""
    finish(account, REVIEW_ID)
    assert not {"parent", "kinship"} & account.item(REVIEW_ID).keys()


@pytest.mark.parametrize("most", [0, -1, 101])
def test_so_many_can_be_read(account: Account, most: int) -> None:
    """No more than one request can read."""
    with pytest.raises(ValueError, match="1 to 100"):
        account.lineage.children(REVIEW_ID, most)
