"""What an update would do to tables: a change set says `Conditional` of more than it means."""

from typing import Any

import pytest

from ship.changes import TABLE, check_tables, parameters_told, told
from ship.refusals import Refused
from ship.stack import Change
from tests.ship.clients import Answers, account_with

LIVE = {
    "TableName": "site-ReviewsTable-1",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "waiting", "AttributeType": "S"},
    ],
}
NAMES = {"ReviewsTable": "site-ReviewsTable-1"}


def described(**changes: Any) -> dict[str, Any]:
    """Return the template's resources, whose table differs from the live one in this."""
    properties = {name: LIVE[name] for name in ("KeySchema", "AttributeDefinitions")}
    return {"ReviewsTable": {"Type": TABLE, "Properties": properties | changes}}


def modified(replacement: str, action: str = "Modify") -> list[Change]:
    """Return a change set that says this of the table."""
    return [Change(action, "ReviewsTable", TABLE, replacement)]


def account() -> Any:
    """Return an account that describes the live table once."""
    answers = Answers()
    answers.of("dynamodb").add_response("describe_table", {"Table": LIVE})
    return account_with(answers)


def test_an_index_may_come_and_go() -> None:
    """Its attributes are described in addition, or no longer."""
    more = [*LIVE["AttributeDefinitions"], {"AttributeName": "parent", "AttributeType": "S"}]
    for definitions in (more, LIVE["AttributeDefinitions"][:1]):
        resources = described(AttributeDefinitions=definitions)
        check_tables(modified("Conditional"), resources, NAMES, account())


def test_other_keys_are_refused() -> None:
    """A table's keys are for life."""
    resources = described(KeySchema=[{"AttributeName": "waiting", "KeyType": "HASH"}])
    with pytest.raises(Refused, match="replace or remove the table ReviewsTable"):
        check_tables(modified("Conditional"), resources, NAMES, account())


def test_another_type_of_an_attribute_is_refused() -> None:
    """So is a type."""
    definitions = [{"AttributeName": "id", "AttributeType": "N"}]
    with pytest.raises(Refused, match="copy the items"):
        check_tables(
            modified("Conditional"), described(AttributeDefinitions=definitions), NAMES, account()
        )


@pytest.mark.parametrize(("replacement", "action"), [("True", "Modify"), ("", "Remove")])
def test_what_certainly_loses_a_table_is_refused(replacement: str, action: str) -> None:
    """Nobody has to be asked."""
    with pytest.raises(Refused):
        check_tables(modified(replacement, action), described(), NAMES, account_with(Answers()))


def test_other_resources_may_be_replaced() -> None:
    """A layer is, with each version; it is told."""
    layer = Change("Modify", "SharedLayer", "AWS::Lambda::LayerVersion", "True")
    check_tables([layer], described(), NAMES, account_with(Answers()))
    assert told([layer]) == ["  ~ SharedLayer (AWS::Lambda::LayerVersion)  REPLACED"]


def test_what_is_all_new_is_counted() -> None:
    """Forty lines of a first deployment are read by nobody."""
    new = [Change("Add", name, TABLE, "") for name in ("One", "Two")]
    assert told(new) == [f"  + 2 of {TABLE}"]


def test_parameters_that_change_are_shown() -> None:
    """Beside what the stack has, or what the template says; what stays is not."""
    named = {
        "DailyCeiling": {"Default": 400},
        "Gallery": {"Default": "on"},
        "SiteName": {"Default": ""},
    }
    given = {"DailyCeiling": "0", "Gallery": "on", "SiteName": "Mine"}
    assert parameters_told(named, {"SiteName": "Yours"}, given) == [
        "  DailyCeiling: 400 -> 0",
        "  SiteName: Yours -> Mine",
    ]


def test_neither_secrets_nor_addresses_are_shown() -> None:
    """That they change is."""
    named = {"MailFrom": {}, "OriginSecret": {"NoEcho": True}}
    lines = parameters_told(
        named, {"OriginSecret": "****"}, {"MailFrom": "me@example.org", "OriginSecret": "a-secret"}
    )
    assert lines == ["  MailFrom: (empty) -> an address", "  OriginSecret: another secret"]
