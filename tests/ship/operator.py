"""Somebody who types `python -m ship …` at the local cloud, and what the cloud has afterwards."""

import copy
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local import deploy as local_deploy
from local import template
from local.place import ROOT
from ship import command_line
from ship.account import Account, on_this_computer
from ship.asking import Asker
from ship.deploy import Wishes, deploy
from ship.shipment import Shipment
from ship.stack import Stack, Standing
from ship.supply import local_supply

SENDER = "reviews@localhost.example"
MODEL = ROOT / "functions" / "generate" / "model"


@dataclass
class Operator:
    """One operator of one stack, beside the one that `make run` has."""

    state: Path
    name: str
    said: list[str] = field(default_factory=list)

    @property
    def account(self) -> Account:
        """The emulated account."""
        return on_this_computer(self.state)

    @property
    def stack(self) -> Stack:
        """Her stack."""
        return Stack(self.account, self.name)

    def types(self, *words: str) -> int:
        """Run a command, and return its status."""
        return command_line.main(
            ["--local", "--state", str(self.state), "--stack", self.name, *words]
        )

    def deploys(
        self,
        source: template.Template | None = None,
        answers: Iterable[str] = (),
        stack: Stack | None = None,
    ) -> Standing:
        """Deploy a template without a trial; she says yes where no answers are given."""
        given = iter(answers)

        def read(_question: str) -> str:
            return next(given)

        shipment = Shipment(
            account=self.account,
            stack=stack or self.stack,
            source=source or the_template(),
            supply=local_supply(MODEL),
            asker=Asker(read, is_unattended=not answers),
            say=self.said.append,
            told={"MailFrom": SENDER, "OperatorAddress": "", "SiteName": "A site", "Domain": ""},
        )
        shipment = with_known_parameters(shipment)
        return deploy(shipment, Wishes(trial=False), lambda: 0.0, lambda _values: None)

    def outputs(self) -> Mapping[str, str]:
        """Return the outputs of her stack."""
        standing = self.stack.standing()
        assert standing is not None
        return standing.outputs

    def page(self, path: str) -> tuple[int, str]:
        """Return the status and the text of a page of her site."""
        door = f"{self.account.endpoint}/_aws/execute-api/{self.outputs()['ApiId']}/$default"
        return fetched(urllib.request.Request(door + path))

    def reports(self, review: str) -> int:
        """Report a review as a visitor does; return the status."""
        door = f"{self.account.endpoint}/_aws/execute-api/{self.outputs()['ApiId']}/$default"
        headers = {"accept": "application/json"}
        request = urllib.request.Request(f"{door}/r/{review}/report", b"", headers, method="POST")
        return fetched(request)[0]

    def reviews(self) -> list[str]:
        """Return the ids of the reviews in her table."""
        table = self.outputs()["ReviewsTableName"]
        items = self.account.client("dynamodb").scan(TableName=table)["Items"]
        return sorted(item["id"]["S"] for item in items)

    def tables(self) -> list[str]:
        """Return the tables of her name, whether or not a stack has them."""
        names: list[str] = self.account.client("dynamodb").list_tables()["TableNames"]
        return [name for name in names if name.startswith(f"{self.name}-")]


def with_known_parameters(shipment: Shipment) -> Shipment:
    """Return the shipment, told nothing that its template has no parameter for."""
    named = shipment.source["Parameters"]
    told = {name: value for name, value in shipment.told.items() if name in named}
    return Shipment(
        account=shipment.account,
        stack=shipment.stack,
        source=shipment.source,
        supply=shipment.supply,
        asker=shipment.asker,
        say=shipment.say,
        told=told,
    )


def the_template() -> template.Template:
    """Return the template as it is."""
    return template.read(local_deploy.TEMPLATE)


def changed(change: Callable[[dict[str, Any]], None]) -> template.Template:
    """Return the template with its resources changed."""
    source = copy.deepcopy(the_template())
    change(source["Resources"])
    return source


def fetched(request: urllib.request.Request) -> tuple[int, str]:
    """Return the status and the text of an answer."""
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return int(error.code), error.read().decode()


def text_of(page: str) -> str:
    """Return the text of a review that came as JSON."""
    return str(json.loads(page)["text"])
