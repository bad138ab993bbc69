"""Where the code that a template names comes from, and how it gets to the account.

`local_supply` is for the cloud of `make run`, whose functions run on this computer's own Python;
`aws_supply` (in `ship.aws_supply`) builds zips and an image for Lambda.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local import deploy, package, template
from local.place import ROOT
from ship.account import Account
from ship.asking import Say
from ship.bucket import Bucket


def _nothing_to_prune(
    _account: Account, _source: template.Template, _names: Mapping[str, str]
) -> frozenset[str]:
    return frozenset()


def _pruned_nothing(_bucket: Bucket, _kept: frozenset[str], _say: Say) -> None:
    """Old uploads cost nothing where this is taken."""


@dataclass(frozen=True, slots=True)
class Supply:
    """How one kind of cloud is supplied."""

    code: Callable[[template.Template, Bucket, Mapping[str, str], Say], template.Template]
    """Builds, uploads, and returns the template with the code's places in it."""
    afterwards: Callable[[Account, template.Template, str], None]
    """Does what this cloud's CloudFormation leaves out, once the stack stands."""
    clear: Callable[[Bucket], None]
    """Deletes what was uploaded."""
    running: Callable[[Account, template.Template, Mapping[str, str]], frozenset[str]] = (
        _nothing_to_prune
    )
    """Returns what the stack's functions run of what `prune` may delete.

    It takes the names of the stack's resources by what the template calls them.
    """
    prune: Callable[[Bucket, frozenset[str], Say], None] = _pruned_nothing
    """Deletes old uploads, but for what is to be kept (as `running` names it)."""


def local_supply(model: Path) -> Supply:
    """Return the supply of the cloud that this computer emulates; the model stays where it is."""

    def code(
        source: template.Template, bucket: Bucket, parameters: Mapping[str, str], say: Say
    ) -> template.Template:
        say("Packing the functions …")
        bucket.make_sure()
        places = {}
        for name, folder in template.sources(source, deploy.TEMPLATE).items():
            is_layer = source["Resources"][name]["Type"] == template.LAYER
            made = package.layer(folder) if is_layer else package.function(folder, ROOT)
            bucket.keep(made.key, made.content)
            places[name] = template.Code(bucket.name, made.key)
        return template.localised(
            _with_defaults(source, parameters), places, {"MODEL_DIR": str(model)}
        )

    def afterwards(account: Account, source: template.Template, stack: str) -> None:
        deploy.settle_tables(account, source, stack)

    return Supply(code, afterwards, clear=lambda bucket: bucket.delete())


def _with_defaults(source: template.Template, parameters: Mapping[str, str]) -> template.Template:
    """Return the template with these values as its defaults: numbers are put in from those."""
    described = {
        name: {**words, "Default": _number(parameters[name])}
        if words["Type"] == "Number" and name in parameters
        else words
        for name, words in source.get("Parameters", {}).items()
    }
    return {**source, "Parameters": described}


def _number(value: str) -> int | float:
    return float(value) if "." in value else int(value)
