"""The template as the tests of this folder read it, and what of it given parameters make."""

from collections.abc import Iterator, Mapping
from typing import Any

from local import deploy, template

SOURCE = template.read(deploy.TEMPLATE)
RESOURCES: dict[str, dict[str, Any]] = SOURCE["Resources"]
FUNCTIONS = ("SubmitFunction", "SweepFunction", "GenerateFunction", "RenderFunction")
_OF_ROLES = ("AWS::IAM::Role", "AWS::IAM::Policy")
_REGION = "eu-central-1"


def properties(name: str) -> dict[str, Any]:
    """Return a resource's properties."""
    found: dict[str, Any] = RESOURCES[name]["Properties"]
    return found


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """Return the resources of a type, by name."""
    return {name: value for name, value in RESOURCES.items() if value["Type"] == kind}


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every statement of every role's policies, with the name of what holds it."""
    for name, resource in RESOURCES.items():
        if resource["Type"] in _OF_ROLES:
            own = resource["Properties"]
            for policy in own.get("Policies", [own]):
                for statement in policy["PolicyDocument"]["Statement"]:
                    yield name, statement


def as_list(value: Any) -> list[Any]:
    """Return a value that may be a list as one."""
    return value if isinstance(value, list) else [value]


def present(**parameters: str) -> dict[str, dict[str, Any]]:
    """Return the resources that a stack with these parameters has, the others left as they are."""
    return {
        name: value
        for name, value in RESOURCES.items()
        if "Condition" not in value or holds({"Condition": value["Condition"]}, parameters)
    }


def refused(region: str = _REGION, **parameters: str) -> list[str]:
    """Return what CloudFormation says to these parameters, by the template's rules."""
    given = {"AWS::Region": region, **parameters}
    return [
        assertion["AssertDescription"]
        for rule in SOURCE["Rules"].values()
        if holds(rule["RuleCondition"], given)
        for assertion in rule["Assertions"]
        if not holds(assertion["Assert"], given)
    ]


def holds(condition: Mapping[str, Any], parameters: Mapping[str, str]) -> bool:
    """Tell whether a condition of the template holds."""
    ((kind, value),) = condition.items()
    if kind == "Condition":
        return holds(SOURCE["Conditions"][value], parameters)
    if kind == "Fn::Equals":
        one, other = (_text(part, parameters) for part in value)
        return one == other
    each = [holds(part, parameters) for part in value]
    return {"Fn::Not": not each[0], "Fn::And": all(each), "Fn::Or": any(each)}[kind]


def _text(part: Any, parameters: Mapping[str, str]) -> str:
    if not isinstance(part, dict):
        return str(part)
    name = part["Ref"]
    return parameters[name] if name in parameters else str(SOURCE["Parameters"][name]["Default"])
