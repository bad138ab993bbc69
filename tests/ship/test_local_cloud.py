"""A site's whole life on the local cloud: deployed, updated, undone, restored, taken down.

The tests are one story about one stack, in this order; each leaves the site standing for the next.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from operate.cloud import DEFAULT_STACK
from ship.asking import Say
from ship.first_review import token_in
from ship.refusals import Refused, StackFailed
from ship.stack import Stack, Standing
from tests import stack as stacks
from tests.ship.operator import SENDER, Operator, changed, text_of

pytestmark = pytest.mark.stack

RETAINED = 3
"""The tables that outlive a stack."""


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """Start a local cloud, for an operator who deploys beside `make run`'s own site."""
    with stacks.Stack(tmp_path_factory.mktemp("ship") / "state") as running:
        yield Operator(running.state, "exhibition")


def with_a_queue_more(resources: dict[str, Any]) -> None:
    """Change the template harmlessly."""
    resources["Another"] = {"Type": "AWS::SQS::Queue", "Properties": {}}


def with_what_cannot_be_made(resources: dict[str, Any]) -> None:
    """Change the template so that CloudFormation fails half-way."""
    resources["Impossible"] = {
        "Type": "AWS::Lambda::Url",
        "DependsOn": "ReviewsTable",
        "Properties": {"AuthType": "AWS_IAM", "TargetFunctionArn": "nobody-has-made-this-function"},
    }


def with_another_key(resources: dict[str, Any]) -> None:
    """Change the template so that a table would have to be replaced."""
    properties = resources["SiteTable"]["Properties"]
    properties["AttributeDefinitions"] = [{"AttributeName": "other", "AttributeType": "S"}]
    properties["KeySchema"] = [{"AttributeName": "other", "KeyType": "HASH"}]


def without_limits(resources: dict[str, Any]) -> None:
    """Take a table out of the template, and all that names it."""
    del resources["LimitsTable"]
    variables = resources["SubmitFunction"]["Properties"]["Environment"]["Variables"]
    variables.pop("LIMITS_TABLE")
    statements = resources["SubmitRole"]["Properties"]["Policies"][0]["PolicyDocument"]
    statements["Statement"] = [
        each for each in statements["Statement"] if "LimitsTable" not in str(each["Resource"])
    ]


class Interrupted(Stack):
    """A stack whose operator presses Ctrl-C as soon as CloudFormation has begun."""

    def settled(self, say: Say) -> Standing | None:
        """Wait once, before the deployment; then no more."""
        if self.began:
            raise KeyboardInterrupt
        return super().settled(say)

    def carry_out(self, say: Say) -> Standing:
        """Let CloudFormation begin."""
        self.began = True
        return super().carry_out(say)

    began = False


def test_who_deploys_an_unverified_sender_is_told_how_to_verify_it(
    operator: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line and the way forward, before anything is built; the address is not repeated."""
    assert operator.types("deploy", "--yes", "--sender", "somebody@nowhere.example") == 2
    said = capsys.readouterr()
    assert "SES has verified neither the sender nor its domain nowhere.example" in said.err
    assert "--verify-sender" in said.err
    assert "somebody@" not in said.err
    assert operator.stack.standing() is None


def test_the_site_of_make_run_is_left_alone(
    operator: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is neither deployed nor taken down; it is `make run` that does that."""
    other = Operator(operator.state, DEFAULT_STACK)
    assert other.types("destroy", "--yes") == 2
    assert "belongs to `make run`" in capsys.readouterr().err


def test_the_sender_is_verified_on_request(
    operator: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    """SES is asked for its link; the emulated one takes it for opened."""
    assert operator.types("deploy", "--verify-sender", "--sender", SENDER) == 0
    assert "SES has sent a link to the sender" in capsys.readouterr().out
    assert operator.types("deploy", "--verify-sender", "--sender", SENDER) == 0
    assert "verified already" in capsys.readouterr().out


def test_a_deployment_writes_a_review_and_tells_the_address(
    operator: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unattended, with all it needs given as options, from nothing to a site that has written."""
    options = ("--sender", SENDER, "--operator", "me@example.org")
    assert operator.types("deploy", "--yes", *options) == 0
    said = capsys.readouterr().out
    (review,) = operator.reviews()
    host = urlsplit(operator.outputs()["SiteAddress"]).hostname
    port = urlsplit(operator.account.endpoint or "").port
    address = f"http://{host}:{port}"  # where the local cloud listens today
    assert f"{address}/r/{review}" in said
    assert f"The site is at {address}" in said
    assert "Confirm the subscription in the mail that SNS has sent" in said
    assert text_of(operator.page(f"/r/{review}.json")[1])
    assert token_in(operator.page("/")[1]), "a form sent twice must be one review"


def test_the_same_again_changes_nothing(
    operator: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    """What stands is told; no parameter has to be given again."""
    assert operator.types("deploy", "--yes", "--no-trial") == 0
    assert "Nothing has changed since the last deployment" in capsys.readouterr().out


def test_an_upgrade_and_its_rollback_keep_the_reviews(operator: Operator) -> None:
    """A changed template is deployed in place, then the one before it again."""
    (review,) = operator.reviews()
    operator.deploys(changed(with_a_queue_more))
    assert "Another" in operator.stack.resources()
    operator.deploys()
    assert "Another" not in operator.stack.resources()
    status, page = operator.page(f"/r/{review}")
    assert status == 200
    assert "A site" in page


def test_an_upgrade_that_fails_is_undone(operator: Operator) -> None:
    """The failure is told by the resource's name, and the site stands as before."""
    with pytest.raises(StackFailed, match="UPDATE_ROLLBACK_COMPLETE: Impossible"):
        operator.deploys(changed(with_what_cannot_be_made))
    (review,) = operator.reviews()
    assert operator.page(f"/r/{review}")[0] == 200


def test_no_upgrade_replaces_or_removes_a_table(operator: Operator) -> None:
    """Such a template is refused before anything is done."""
    with pytest.raises(Refused, match="replace or remove the table SiteTable"):
        operator.deploys(changed(with_another_key))
    before = operator.tables()
    with pytest.raises(Refused, match="replace or remove the table LimitsTable"):
        operator.deploys(changed(without_limits))
    assert operator.tables() == before


def test_lost_items_come_back_from_a_backup(operator: Operator, tmp_path: Path) -> None:
    """The rehearsal: backed up, all of the table lost, restored, and the page shows again."""
    (review,) = operator.reviews()
    text = text_of(operator.page(f"/r/{review}.json")[1])
    folder = str(tmp_path / "backup")
    assert operator.types("backup", "--out", folder) == 0
    database, table = operator.account.client("dynamodb"), operator.outputs()["ReviewsTableName"]
    database.delete_item(TableName=table, Key={"id": {"S": review}})
    assert operator.page(f"/r/{review}")[0] == 404
    assert operator.types("restore", folder) == 0
    assert text_of(operator.page(f"/r/{review}.json")[1]) == text


def test_a_restore_shows_nothing_that_was_hidden_since(operator: Operator, tmp_path: Path) -> None:
    """What a visitor reported after the backup stays hidden."""
    (review,) = operator.reviews()
    folder = str(tmp_path / "backup")
    assert operator.types("backup", "--out", folder) == 0
    assert operator.reports(review) == 200
    assert operator.types("restore", folder) == 0
    assert operator.page(f"/r/{review}")[0] == 410
    assert operator.types("restore", folder, "--overwrite") == 0
    assert operator.page(f"/r/{review}")[0] == 200


def test_taking_down_keeps_the_tables_and_a_new_site_goes_on_with_them(
    operator: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reviews show at the new site; nothing was copied."""
    (review,) = operator.reviews()
    assert operator.types("destroy", "--yes") == 0
    kept = operator.tables()
    assert len(kept) == RETAINED
    said = capsys.readouterr().out
    assert all(table in said for table in kept)
    assert operator.stack.standing() is None
    operator.deploys()
    assert set(kept) <= set(operator.tables())
    assert operator.outputs()["ReviewsTableName"] in kept
    assert operator.page(f"/r/{review}")[0] == 200


def test_an_interrupted_deployment_goes_on(operator: Operator) -> None:
    """Ctrl-C while CloudFormation works: the same command waits for it and finishes."""
    interrupted = Interrupted(operator.account, operator.name)
    with pytest.raises(KeyboardInterrupt):
        operator.deploys(changed(with_a_queue_more), stack=interrupted)
    operator.deploys(changed(with_a_queue_more))
    assert "Another" in operator.stack.resources()


def test_a_first_deployment_that_failed_is_begun_anew(operator: Operator) -> None:
    """What is left of it is deleted once she agrees; its tables are used again."""
    newcomer = Operator(operator.state, "newcomer")
    with pytest.raises(StackFailed, match="Impossible"):
        newcomer.deploys(changed(with_what_cannot_be_made))
    with pytest.raises(Refused, match="stays as it is"):
        newcomer.deploys(answers=["no"])
    newcomer.deploys(answers=["yes", "yes", "yes"])
    assert newcomer.page("/healthz")[0] == 200
    assert len(newcomer.tables()) == RETAINED + 1


def test_taking_down_with_data_asks_for_the_name_twice(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Typed once, or differently, it changes nothing."""
    before = operator.tables()
    answers = iter([operator.name, "exhibition-2"])
    monkeypatch.setattr("builtins.input", lambda _question: next(answers))
    assert operator.types("destroy", "--with-data", "--yes") == 2
    assert operator.tables() == before
    assert operator.stack.standing() is not None


def test_taking_down_with_data_finishes_what_was_interrupted(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stack gone, one table gone, the protection of another lifted: the rest goes too."""
    assert operator.types("destroy", "--yes") == 0
    first, second, _third = operator.tables()
    database = operator.account.client("dynamodb")
    for table in (first, second):
        database.update_table(TableName=table, DeletionProtectionEnabled=False)
    database.delete_table(TableName=first)
    monkeypatch.setattr("builtins.input", lambda _question: operator.name)
    assert operator.types("destroy", "--with-data") == 0
    assert operator.tables() == []
    assert operator.types("destroy", "--with-data") == 2
