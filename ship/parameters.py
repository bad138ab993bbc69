"""The stack's parameters: which the operator gave, which are asked for, which stay as they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ship.asking import Asker
from ship.refusals import Refused

SENDER = "MailFrom"
KEYS = "SigningKeyParameter"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a parameter at a first deployment."""

    parameter: str
    words: str
    option: str


@dataclass(frozen=True, slots=True)
class Values:
    """What a deployment passes on."""

    given: Mapping[str, str]
    kept: frozenset[str] = frozenset()
    """Secrets that the stack has and nobody can read: they stay as they are."""
    before: Mapping[str, str] = field(default_factory=dict)
    """The parameters of the site that stands, as far as they can be read."""

    def changes(self, *names: str) -> bool:
        """Tell whether one of these parameters will be another than it was."""
        return any(self.given.get(name, "") != self.before.get(name, "") for name in names)


QUESTIONS = (
    Question("SiteName", "The site's name", "--site-name"),
    Question(SENDER, "The sender of its mails", "--sender"),
    Question("OperatorAddress", "Your own address, for alarms (may be empty)", "--operator"),
    Question("Domain", "Its domain, if you have one (may be empty)", "--domain"),
)
"""Asked in this order, those that the template knows."""


def settled(
    named: Mapping[str, Any], told: Mapping[str, str], standing: Mapping[str, str], asker: Asker
) -> Values:
    """Return the parameters' values, asking for what neither was told nor stands.

    `named` are the template's, `standing` those that the stack has. Raises Refused.
    """
    unknown = sorted(told.keys() - named.keys())
    if unknown:
        raise Refused(
            f"The template has no parameter {', '.join(unknown)}. "
            f"It has {', '.join(sorted(named))}."
        )
    secrets = frozenset(name for name in named if str(named[name].get("NoEcho")).lower() == "true")
    known = {name: value for name, value in standing.items() if name in named.keys() - secrets}
    values = {**known, **told}
    for question in QUESTIONS:
        name = question.parameter
        if name in named and name not in values:
            default = str(named[name].get("Default", ""))
            if asker.is_unattended and "Default" in named[name]:
                continue
            values[name] = asker.text(question.words, default, question.option)
    for name, value in values.items():
        check(name, value, named[name])
    return Values(values, frozenset((secrets & standing.keys()) - told.keys()))


def check(name: str, value: str, description: Mapping[str, Any]) -> None:
    """Refuse a value that CloudFormation would refuse, before anything is built. Raises Refused."""
    said = description.get("ConstraintDescription", "")
    if (pattern := description.get("AllowedPattern")) and not re.fullmatch(pattern, value):
        raise Refused(f"The parameter {name} {said or f'must match {pattern}'}.")
    allowed = [str(one) for one in description.get("AllowedValues", [])]
    if allowed and value not in allowed:
        raise Refused(f"The parameter {name} must be one of {', '.join(allowed)}.")
    if description["Type"] == "Number":
        _check_number(name, value, description)
    elif not _within(len(value), description, "MinLength", "MaxLength"):
        raise Refused(f"The parameter {name} is too short or too long: {_span(description)}.")


def _check_number(name: str, value: str, description: Mapping[str, Any]) -> None:
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        raise Refused(f"The parameter {name} must be a number.")
    if not _within(float(value), description, "MinValue", "MaxValue"):
        raise Refused(
            f"The parameter {name} is {value}, and must be from {description.get('MinValue')} "
            f"to {description.get('MaxValue')}."
        )


def _within(number: float, description: Mapping[str, Any], least: str, most: str) -> bool:
    return bool(description.get(least, number) <= number <= description.get(most, number))


def _span(description: Mapping[str, Any]) -> str:
    return f"{description.get('MinLength', 0)} to {description.get('MaxLength', 4096)} characters"
