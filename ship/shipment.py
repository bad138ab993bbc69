"""What a command works with: the account, the stack, the template, and whom to ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.template import Template
from ship import tables
from ship.account import Account
from ship.asking import Asker, Say
from ship.bucket import Bucket
from ship.parameters import KEYS
from ship.stack import Stack, Standing
from ship.supply import Supply


@dataclass(frozen=True, slots=True)
class Shipment:
    """One site on its way, or on its way out."""

    account: Account
    stack: Stack
    source: Template
    supply: Supply
    asker: Asker
    say: Say
    told: Mapping[str, str] = field(default_factory=dict)
    """The parameters that the operator gave."""
    model: Path | None = None
    """The bundle's folder, where it is not the one that the template names."""

    @property
    def resources(self) -> dict[str, Any]:
        """The template's resources."""
        found: dict[str, Any] = self.source["Resources"]
        return found

    @property
    def bucket(self) -> Bucket:
        """Where the code is put."""
        return Bucket(self.account, self.stack.name)

    def keys_parameter(self, standing: Standing | None) -> str:
        """Return the name of the SSM parameter of the signing keys."""
        known = standing.parameters if standing else {}
        return self.told.get(KEYS) or known.get(KEYS) or f"/{self.stack.name}/signing-keys"

    def tables_of_the_stack(self) -> dict[str, str]:
        """Return the tables with what is kept, by what the template calls them."""
        kept = tables.retained(self.resources)
        return {name: table for name, table in self.stack.resources().items() if name in kept}

    def tables_left_behind(self) -> dict[str, list[str]]:
        """Return what earlier stacks of this name have left."""
        return tables.left_behind(self.account, self.stack.name, tables.retained(self.resources))


Now = Callable[[], float]
"""A clock, in seconds."""
