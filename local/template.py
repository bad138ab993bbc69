"""The template, as the local cloud takes it.

The emulator runs no images and no builds, so the one image function becomes a zip function of the
same handler, and code comes from a bucket. It takes a parameter for text even where it is a number,
so numbers are put in. It asks for the right to send mail from anywhere where AWS asks for one
identity, so that one right is wider. It knows no budgets, no groups of records and no records of a
sender's domain, so those are left out. Everything else stays as `infra/template.yaml` says.
"""

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from local.errors import LocalError

FUNCTION = "AWS::Serverless::Function"
LAYER = "AWS::Serverless::LayerVersion"
UNKNOWN = frozenset({"AWS::Budgets::Budget", "AWS::Route53::RecordSetGroup"})
"""What the emulator refuses a template for, and nothing else needs."""
UNKNOWN_ATTRIBUTE = "DkimDNSToken"
"""What the emulator does not tell of a sender's domain; outputs that ask for it are left out."""
_PLAIN_NAMES = frozenset({"Ref", "Condition"})
"""Intrinsic functions whose long form has no `Fn::`."""

Template = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Code:
    """Where a resource's code lies in the bucket."""

    bucket: str
    key: str


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    """Return the long form of a tag such as `!Sub`."""
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)  # noqa: S101  # YAML has no fourth kind
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in _PLAIN_NAMES else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def read(path: Path) -> Template:
    """Return the template, its short forms made long. Raises LocalError."""
    try:
        template = yaml.load(path.read_text(), _Loader)  # noqa: S506  # a SafeLoader, and our file
    except yaml.YAMLError as error:
        raise LocalError(f"{path} is not YAML: {error}") from error
    if not isinstance(template, dict) or "Resources" not in template:
        raise LocalError(f"{path} is no CloudFormation template: it has no Resources.")
    return template


def sources(template: Template, path: Path) -> dict[str, Path]:
    """Return, by the name of each function and layer, the folder that its code comes from."""
    folders: dict[str, Path] = {}
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == LAYER:
            folders[name] = (path.parent / properties["ContentUri"]).resolve()
        elif resource["Type"] == FUNCTION and _is_image(properties):
            metadata = resource["Metadata"]
            context = path.parent / metadata["DockerContext"]
            folders[name] = (context / metadata["Dockerfile"]).resolve().parent
        elif resource["Type"] == FUNCTION:
            folders[name] = (path.parent / properties["CodeUri"]).resolve()
    return folders


def localised(
    template: Template, code: dict[str, Code], image_variables: dict[str, str]
) -> Template:
    """Return the template with code from the bucket, and with zips where it has images.

    What was an image gets the other functions' layers, and these variables on top of its own: an
    image brings files along that a zip does not.
    """
    local = copy.deepcopy(template)
    local["Resources"] = {
        name: resource
        for name, resource in local["Resources"].items()
        if resource["Type"] not in UNKNOWN
    }
    local["Outputs"] = {
        name: output
        for name, output in local["Outputs"].items()
        if UNKNOWN_ATTRIBUTE not in str(output["Value"])
    }
    local["Resources"] = _with_numbers(local["Resources"], _numbers(local))
    layers = [{"Ref": name} for name, value in local["Resources"].items() if value["Type"] == LAYER]
    runtime = _runtime(local)
    for name, resource in local["Resources"].items():
        if name not in code:
            continue
        resource.pop("Metadata", None)
        properties = resource["Properties"]
        uri = {"Bucket": code[name].bucket, "Key": code[name].key}
        if resource["Type"] == LAYER:
            properties["ContentUri"] = uri
            continue
        properties["CodeUri"] = uri
        if _is_image(properties):
            del properties["PackageType"]
            properties["Handler"] = properties.pop("ImageConfig")["Command"][0]
            properties["Runtime"] = runtime
            properties["Layers"] = layers
            properties["Environment"]["Variables"] |= image_variables
    for resource in local["Resources"].values():
        if resource["Type"] == "AWS::IAM::Role":
            _widen_mail(resource["Properties"]["Policies"])
    return local


def tables(template: Template, setting: str) -> dict[str, Any]:
    """Return what the tables say of a setting, by the table's name; those that say nothing not."""
    return {
        name: resource["Properties"][setting]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::DynamoDB::Table" and setting in resource["Properties"]
    }


def _widen_mail(policies: list[dict[str, Any]]) -> None:
    """Let a statement that is about sending mail be about every identity."""
    for policy in policies:
        for statement in policy["PolicyDocument"]["Statement"]:
            if all(action.startswith("ses:Send") for action in statement["Action"]):
                statement["Resource"] = "*"


def _numbers(template: Template) -> dict[str, int]:
    """Return the parameters that are numbers, with their defaults."""
    parameters = template.get("Parameters", {})
    return {
        name: parameter["Default"]
        for name, parameter in parameters.items()
        if parameter["Type"] == "Number" and "Default" in parameter
    }


def _with_numbers(part: Any, numbers: dict[str, int]) -> Any:  # noqa: ANN401  # a part of YAML
    """Return a part of the template with numbers in place of references to them.

    Environment variables are left alone: they are texts anywhere.
    """
    if isinstance(part, list):
        return [_with_numbers(item, numbers) for item in part]
    if not isinstance(part, dict):
        return part
    if part.keys() == {"Ref"} and part["Ref"] in numbers:
        return numbers[part["Ref"]]
    return {
        key: value if key == "Variables" else _with_numbers(value, numbers)
        for key, value in part.items()
    }


def _is_image(properties: dict[str, Any]) -> bool:
    return properties.get("PackageType") == "Image"


def _runtime(template: Template) -> str:
    """Return the runtime of the functions that are no images."""
    for resource in template["Resources"].values():
        if resource["Type"] == FUNCTION and "Runtime" in resource["Properties"]:
            return str(resource["Properties"]["Runtime"])
    raise LocalError("The template has no function with a Runtime, so none can be run here.")
