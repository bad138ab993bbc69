"""Each command does what its help says, and refuses in one line what it cannot do."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from artreview.links import who_leaves
from artreview.review import State
from artreview.site import Pace
from functions.submit import handler
from operate.cloud import Site
from operate.errors import Refused
from tests.aws import KEYS, Account
from tests.cloud_front import RecordingCloudFront
from tests.events import LambdaContext
from tests.operate.conftest import Operator
from tests.operate.planting import plant_ready
from tests.samples import NOW, REVIEW_ID, queued_review

OTHER_ID = "1" * 16


def test_status_tells_what_waits_and_what_today_brought(
    operator: Operator, account: Account
) -> None:
    """The queue, its oldest, today's ends, the speed, and what the month has used."""
    account.store.add(queued_review(id=OTHER_ID, created_at=operator.now - 90))
    plant_ready(account, REVIEW_ID, operator.now)
    account.store.settle_mail(REVIEW_ID, account.store.get(REVIEW_ID).mail)
    account.site.record_pace(Pace(tokens_per_second=200.0, seconds_per_review=3.5))
    told = json.loads(operator.run("status", "--json"))
    assert (told["waiting"], told["oldest_seconds"], told["dead_letters"]) == (1, 90.0, 0)
    assert told["today"] == {"ready": 1, "failed": 0, "blocked": 0}
    assert told["gb_seconds_this_month"] == pytest.approx(10 * 3008 / 1024)
    page = operator.run("status")
    assert "1, the oldest for 90 s" in page
    assert "200 tokens a second, 3.5 s a review" in page
    assert "1 ready, 0 failed, 0 blocked; the ceiling is 400" in page


def test_status_of_a_new_site_says_what_is_not_known(operator: Operator) -> None:
    """Nothing waits, nothing was written, no speed."""
    page = operator.run("status")
    assert "nothing" in page.splitlines()[0]
    assert "not known yet" in page
    assert "0 GB-seconds" in page


def test_what_was_reported_is_listed_shown_and_hidden_from_nobody_here(
    operator: Operator, account: Account
) -> None:
    """The operator reads what visitors cannot, to judge a report."""
    plant_ready(account, REVIEW_ID)
    account.store.block(REVIEW_ID, NOW)
    assert REVIEW_ID in operator.run("reported")
    page = operator.run("show", REVIEW_ID)
    assert "A text." in page
    assert "blocked" in page
    assert "reader@" not in page
    (listed,) = json.loads(operator.run("reported", "--json"))
    assert (listed["id"], listed["state"]) == (REVIEW_ID, "blocked")
    assert operator.run("failed") == "None."


def test_a_visitors_words_do_not_steer_the_terminal(operator: Operator, account: Account) -> None:
    """No escape sequence of a prompt reaches the screen."""
    account.store.add(queued_review(prompt="red \x1b[31m and \x07 bell"))
    assert "\x1b" not in operator.run("show", REVIEW_ID)
    assert "\x07" not in operator.run("show", REVIEW_ID)


@pytest.mark.parametrize("command", [("block",), ("delete", "--yes")])
@pytest.mark.parametrize("is_silent", [False, True])
def test_cloudfront_is_told_of_what_the_operator_hides(
    operator: Operator,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    *,
    is_silent: bool,
) -> None:
    """Where it stands in front; where it does not answer, that is said, and nothing fails."""
    cloudfront = RecordingCloudFront(is_silent)
    outputs = {**operator.site.outputs, "DistributionId": "E123"}
    site = replace(operator.site, outputs=outputs)
    own_client = Site.client
    monkeypatch.setattr(
        Site,
        "client",
        lambda self, name: cloudfront if name == "cloudfront" else own_client(self, name),
    )
    plant_ready(account, REVIEW_ID)
    said = replace(operator, site=site).run(*command, REVIEW_ID)
    assert account.store.get(REVIEW_ID).state.is_hidden
    assert cloudfront.purged == ([] if is_silent else [("E123", [f"/r/{REVIEW_ID}*"])])
    assert ("for a minute more" in said) is is_silent


def test_what_the_operator_has_judged_is_told_apart(operator: Operator, account: Account) -> None:
    """`block` keeps hidden what a visitor has hidden; no mail tells of it any more."""
    plant_ready(account, REVIEW_ID)
    account.store.block(REVIEW_ID, NOW, tells_operator=True)
    assert "to be judged" in operator.run("reported")
    operator.run("block", REVIEW_ID)
    assert "to be judged" not in operator.run("reported")
    (listed,) = json.loads(operator.run("reported", "--json"))
    assert listed["judged_at"] == operator.now
    assert "waiting" not in account.item(REVIEW_ID)


def test_block_hides_at_once_and_says_what_was_hidden_before(
    operator: Operator, account: Account
) -> None:
    """As a visitor's report does."""
    plant_ready(account, REVIEW_ID)
    assert operator.run("block", REVIEW_ID) == f"{REVIEW_ID}  hidden"
    assert account.store.get(REVIEW_ID).state is State.BLOCKED
    assert operator.run("block", REVIEW_ID) == f"{REVIEW_ID}  was hidden already"


def test_delete_asks_first(
    operator: Operator, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody can answer it refuses; with --yes nothing of the review is left."""
    plant_ready(account, REVIEW_ID)
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    with pytest.raises(Refused, match="--yes"):
        operator.run("delete", REVIEW_ID)
    assert account.store.get(REVIEW_ID).state is State.READY
    operator.run("delete", "--yes", REVIEW_ID)
    assert account.store.get(REVIEW_ID).prompt == ""


@pytest.mark.parametrize("command", ["show", "block", "delete"])
@pytest.mark.parametrize("wrong", ["nonsense", "0" * 16, "../etc"])
def test_an_id_that_is_none_is_refused_in_one_line(
    operator: Operator, command: str, wrong: str
) -> None:
    """Whether it could be one or not."""
    words = [command, wrong, *(["--yes"] if command == "delete" else [])]
    with pytest.raises(Refused) as refused:
        operator.run(*words)
    assert wrong in str(refused.value)
    assert "\n" not in str(refused.value)


class InvokedSweep:
    """Stands for the Lambda client: calls the sweep's own function, and notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803  # boto3's names
        """Return what the function answers."""
        event = json.loads(Payload)
        self.asked.append((FunctionName, *event))
        told = handler.sweep(event, LambdaContext())  # type: ignore[arg-type]
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(told).encode())}


@pytest.fixture
def sweep(account: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[InvokedSweep]:
    """Put the sweep's function in Lambda's place."""
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    handler.sweep_parts.cache_clear()
    invoked, client = InvokedSweep(), Site.client

    def chosen(site: Site, service: str) -> Any:
        return invoked if service == "lambda" else client(site, service)

    monkeypatch.setattr(Site, "client", chosen)
    yield invoked
    handler.sweep_parts.cache_clear()


def test_what_gets_a_second_chance_is_told(
    operator: Operator, account: Account, sweep: InvokedSweep
) -> None:
    """All that failed, or those that are named; what did not fail; what is shown again."""
    account.store.add(queued_review())
    account.store.fail(REVIEW_ID, "engine_broken", NOW)
    assert "engine_broken" in operator.run("failed")
    assert operator.run("retry", "--all") == f"{REVIEW_ID}  queued, to be written"
    assert account.store.get(REVIEW_ID).state is State.QUEUED
    assert f"{REVIEW_ID}  did not fail" in operator.run("retry", REVIEW_ID)
    plant_ready(account, OTHER_ID)
    account.store.block(OTHER_ID, NOW)
    assert operator.run("restore", OTHER_ID) == f"{OTHER_ID}  shown again"
    assert [wish for _, wish in sweep.asked] == ["retry", "retry", "restore"]


def test_what_was_restored_the_operator_can_hide(
    operator: Operator, account: Account, sweep: InvokedSweep
) -> None:
    """Alone: the three visitors are for visitors."""
    plant_ready(account, REVIEW_ID)
    operator.run("block", REVIEW_ID)
    operator.run("restore", REVIEW_ID)
    assert operator.run("block", REVIEW_ID) == f"{REVIEW_ID}  hidden"
    assert account.store.get(REVIEW_ID).state is State.BLOCKED
    assert len(sweep.asked) == 1


def test_retry_wants_to_know_which(operator: Operator, sweep: InvokedSweep) -> None:
    """Neither nothing nor both; and nothing failed is no error."""
    for words in (("retry",), ("retry", "--all", REVIEW_ID)):
        with pytest.raises(Refused, match="--all"):
            operator.run(*words)
    assert operator.run("retry", "--all") == "Nothing has failed."
    assert sweep.asked == []


def test_only_what_is_in_the_gallery_is_featured(operator: Operator, account: Account) -> None:
    """In the order given; none at all brings the model's own back."""
    plant_ready(account, REVIEW_ID, in_gallery=True)
    plant_ready(account, OTHER_ID)
    assert "/examples" in operator.run("feature", REVIEW_ID)
    assert account.site.featured() == (REVIEW_ID,)
    with pytest.raises(Refused, match=f"{OTHER_ID} is not in the gallery"):
        operator.run("feature", REVIEW_ID, OTHER_ID)
    assert account.site.featured() == (REVIEW_ID,)
    assert "own again" in operator.run("feature")
    assert account.site.featured() == ()


def test_only_who_confirmed_is_a_subscriber(operator: Operator, account: Account) -> None:
    """As CSV, with a link to leave that works; who was only asked stays out."""
    asked = account.subscribers.propose("asked@example.org", NOW)
    confirmed = account.subscribers.propose("reader@example.org", NOW)
    account.subscribers.confirm(confirmed.id, NOW, NOW)
    assert not asked.is_confirmed
    head, *rows = operator.run("subscribers").splitlines()
    assert head == "address,confirmed,link to leave"
    ((address, _, link),) = [row.split(",") for row in rows]
    assert address == "reader@example.org"
    assert who_leaves(link.partition("token=")[2], KEYS) == confirmed.id
