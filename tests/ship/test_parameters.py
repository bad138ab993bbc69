"""The parameters: what was told, what stands, what is asked for, and what CloudFormation takes."""

from typing import Any

import pytest

from ship.asking import Asker
from ship.parameters import Values, check, settled
from ship.refusals import Refused

NAMED: dict[str, Any] = {
    "SiteName": {"Type": "String", "Default": "A site", "MinLength": 1, "MaxLength": 60},
    "MailFrom": {
        "Type": "String",
        "AllowedPattern": r"^[^@\s<>]+@[^@\s<>]+$",
        "ConstraintDescription": "must be a mail address like reviews@example.org",
    },
    "Patterns": {"Type": "String", "Default": "off", "AllowedValues": ["on", "off"]},
    "DailyCeiling": {"Type": "Number", "Default": 400, "MinValue": 0, "MaxValue": 1000},
    "OriginSecret": {"Type": "String", "Default": "", "NoEcho": True},
}
LEFT = Asker(lambda _question: pytest.fail("nobody is there"), is_unattended=True)


def test_what_was_told_goes_before_what_stands() -> None:
    """And nothing is asked of who has left; defaults are the template's own business."""
    standing = {"MailFrom": "a@example.org", "SiteName": "Old", "Gone": "x"}
    found = settled(NAMED, {"SiteName": "New"}, standing, LEFT)
    assert found == Values({"MailFrom": "a@example.org", "SiteName": "New"})


def test_what_is_missing_is_asked_for() -> None:
    """An empty answer takes the default that is shown."""
    shown: list[str] = []
    answers = iter(["", "a@example.org"])

    def read(question: str) -> str:
        shown.append(question)
        return next(answers)

    found = settled(NAMED, {}, {}, Asker(read))
    assert found.given == {"SiteName": "A site", "MailFrom": "a@example.org"}
    assert "[A site]" in shown[0]


def test_who_has_left_is_told_the_option() -> None:
    """What has no default has to be given."""
    with pytest.raises(Refused, match="give --sender"):
        settled(NAMED, {}, {}, LEFT)


def test_a_secret_that_stands_stays() -> None:
    """CloudFormation shows stars for it, which must not become its value."""
    standing = {"MailFrom": "a@example.org", "OriginSecret": "****"}
    found = settled(NAMED, {}, standing, LEFT)
    assert found.kept == {"OriginSecret"}
    assert "OriginSecret" not in found.given
    told = settled(NAMED, {"OriginSecret": "new"}, standing, LEFT)
    assert told.given["OriginSecret"] == "new"
    assert not told.kept


def test_a_parameter_that_does_not_exist_is_refused() -> None:
    """The ones that do are listed."""
    with pytest.raises(Refused, match=r"no parameter Ceiling.*DailyCeiling"):
        settled(NAMED, {"Ceiling": "1"}, {}, LEFT)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MailFrom", "nobody", "must be a mail address"),
        ("Patterns", "maybe", "one of on, off"),
        ("DailyCeiling", "many", "must be a number"),
        ("DailyCeiling", "1001", "from 0 to 1000"),
        ("SiteName", "", "1 to 60 characters"),
    ],
)
def test_what_cloudformation_would_refuse_is_refused_first(
    name: str, value: str, said: str
) -> None:
    """In the template's own words where it has any."""
    with pytest.raises(Refused, match=said):
        check(name, value, NAMED[name])


def test_a_fraction_is_a_number() -> None:
    """As the shares of mails are."""
    check("Share", "0.04", {"Type": "Number", "MinValue": 0.001, "MaxValue": 1})
