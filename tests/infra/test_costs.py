"""What is there costs next to nothing by being there, and carries the project's name."""

from collections import Counter

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from local.place import ROOT
from tests.infra.reading import RESOURCES, SOURCE, of_type, present, properties

FREE_AT_REST = {
    "AWS::ApiGatewayV2::Api": "a request costs, and nothing else",
    "AWS::ApiGatewayV2::Integration": "a part of the API",
    "AWS::ApiGatewayV2::Route": "a part of the API",
    "AWS::ApiGatewayV2::Stage": "a part of the API; its own metrics are off",
    "AWS::CloudWatch::Dashboard": "three are free in an account",
    "AWS::DynamoDB::Table": "on demand: a request costs, and what is kept beyond 25 GB",
    "AWS::IAM::Role": "free",
    "AWS::Lambda::EventSourceMapping": "a part of the function",
    "AWS::Lambda::Permission": "free",
    "AWS::Logs::LogGroup": "what is written costs, beyond 5 GB a month",
    "AWS::Logs::MetricFilter": "free; of the metrics that they make, ten are",
    "AWS::SES::ConfigurationSet": "free; its two metrics count among the ten",
    "AWS::SQS::Queue": "a request costs, beyond a million a month",
    "AWS::Serverless::Function": "a call costs, beyond a million a month; none is kept warm",
    "AWS::Serverless::LayerVersion": "75 GB of code are free",
}
"""What a stack with default parameters may have, with what of it costs when it is used."""

ALSO_FREE_AT_REST = {
    "AWS::SNS::Topic": "a thousand mails a month are free",
    "AWS::CloudWatch::Alarm": "ten are free in an account",
    "AWS::Budgets::Budget": "a budget that only tells is free",
}
"""What OperatorAddress adds."""

_PLAIN = [
    name for name, value in RESOURCES.items() if not value["Type"].startswith("AWS::Serverless::")
]


def test_the_defaults_cost_cents_by_existing() -> None:
    """Every type of resource that they make is known to be free while nobody comes.

    Point-in-time recovery is the exception, $0.20 for a GB of a table and month; what can be lost
    has it, and nothing else. The code's bucket and repository are the deployment's.
    """
    assert {value["Type"] for value in present().values()} <= FREE_AT_REST.keys()
    recovered = {
        name
        for name in of_type("AWS::DynamoDB::Table")
        if "PointInTimeRecoverySpecification" in properties(name)
    }
    assert recovered == {"ReviewsTable", "SiteTable", "SubscribersTable"}
    guide = (ROOT / "docs" / "operating.md").read_text("utf-8")
    told = guide.partition("## What costs when it is there")[2].partition("\n## ")[0]
    assert "the site costs cents a month while nobody comes" in told
    for what in ("backups", "image", "zips"):
        assert f"\n| [{what}](" in told, what


def test_being_told_costs_nothing_either() -> None:
    """Nor do the alarms, the topic and the budget."""
    types = {value["Type"] for value in present(OperatorAddress="me@example.org").values()}
    assert types - FREE_AT_REST.keys() == ALSO_FREE_AT_REST.keys()


def test_nothing_is_kept_warm_or_bought_ahead() -> None:
    """No provisioned concurrency, no provisioned capacity, no key of one's own."""
    for name, value in RESOURCES.items():
        own = value.get("Properties", {})
        assert "ProvisionedConcurrencyConfig" not in own, name
        assert "ReservedConcurrentExecutions" not in own, name
        assert "KmsMasterKeyId" not in own, name
        assert "KmsKeyId" not in own, name
        assert "VpcConfig" not in own, name
    for name in of_type("AWS::DynamoDB::Table"):
        assert properties(name)["BillingMode"] == "PAY_PER_REQUEST"


def test_ten_alarms_are_free_and_there_are_no_more() -> None:
    """Each watches one metric, for those count; and none looks more often than once a minute."""
    alarms = of_type("AWS::CloudWatch::Alarm")
    assert len(alarms) == 10
    for name in alarms:
        assert "MetricName" in properties(name), name
        assert "Metrics" not in properties(name), name
        assert properties(name)["Period"] >= 60


def test_ten_metrics_are_free_and_there_are_no_more() -> None:
    """Those that the logs make, and two of the configuration set."""
    made = {
        properties(name)["MetricTransformations"][0]["MetricName"]
        for name in of_type("AWS::Logs::MetricFilter")
    }
    reputation = [
        properties(name)["ReputationOptions"]["ReputationMetricsEnabled"]
        for name in of_type("AWS::SES::ConfigurationSet")
    ]
    assert sorted(reputation) == [False, True]  # true: two metrics
    assert len(made) + 2 <= 10
    for name in of_type("AWS::Logs::MetricFilter"):
        (made_of,) = properties(name)["MetricTransformations"]
        assert "Dimensions" not in made_of, name  # each value of one would be a metric
        assert "DefaultValue" not in made_of, name  # a metric without data costs nothing


@pytest.mark.parametrize("name", _PLAIN)
def test_what_can_be_tagged_is(name: str) -> None:
    """So that the bill, and the console, can tell the site's parts from others'."""
    kind = RESOURCES[name]["Type"]
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    if not schema.get("tagging", {}).get("taggable"):
        return
    place = schema["tagging"]["tagProperty"].rpartition("/")[2]
    tags = properties(name)[place]
    if isinstance(tags, list):
        tags = {tag["Key"]: tag["Value"] for tag in tags}
    assert tags["application"] == "art-review-generator"


def test_the_functions_are_tagged() -> None:
    """By what is said of all of them; a layer takes no tags."""
    assert SOURCE["Globals"]["Function"]["Tags"] == {"application": "art-review-generator"}
    kinds = Counter(value["Type"] for value in RESOURCES.values())
    assert kinds["AWS::Serverless::Function"] == 4
