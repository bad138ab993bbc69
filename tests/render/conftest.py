"""The site that the tests of the pages visit.

The account and the compiled templates serve a whole module: building them takes longer than asking
for a page. Every test finds the tables empty.
"""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from artreview.site import ModelFacts
from functions.render import handler
from functions.render.parts import RenderParts
from tests.aws import Account, new_account
from tests.fakes import FakeWorld
from tests.render.visit import Visit
from tests.samples import MODEL


@pytest.fixture(scope="module")
def lasting_account() -> Iterator[Account]:
    """Return an account in memory that lasts for the module."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        yield new_account()


@pytest.fixture(scope="module")
def lasting_parts(lasting_account: Account) -> RenderParts:
    """Return the function's parts, which last as long as they do in a warm Lambda."""
    return RenderParts(lasting_account.environment)


@pytest.fixture
def account(lasting_account: Account) -> Account:
    """Return the module's account with empty tables."""
    tables = (
        (lasting_account.store._table, "id"),
        (lasting_account.site._table, "name"),
        (lasting_account.subscribers._table, "id"),
    )
    for table, key in tables:
        for item in table.scan()["Items"]:
            table.delete_item(Key={key: item[key]})
    return lasting_account


@pytest.fixture
def site(
    account: Account,
    lasting_parts: RenderParts,
    world: FakeWorld,
    monkeypatch: pytest.MonkeyPatch,
) -> Visit:
    """Return the site before its model wrote for the first time."""
    lasting_parts.world = world
    monkeypatch.setattr(handler, "render_parts", lambda: lasting_parts)
    return Visit(account, world)


@pytest.fixture
def model(site: Visit) -> ModelFacts:
    """Return the model that the site tells of."""
    site.account.site.publish_model(MODEL)
    return MODEL
