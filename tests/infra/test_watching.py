"""What the operator is told: each alarm looks at something that there is, and says what to do."""

import json
import re
from typing import Any

import pytest

from local.place import ROOT
from tests.infra.reading import FUNCTIONS, RESOURCES, SOURCE, of_type, present, properties

ALARMS = of_type("AWS::CloudWatch::Alarm")
STACK = "my-site"


def dimension(alarm: str) -> Any:
    """Return the value of an alarm's one dimension."""
    ((found),) = properties(alarm)["Dimensions"]
    return found["Value"]


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_goes_to_the_operator(name: str) -> None:
    """With words, and only where there is one; silence is no alarm."""
    assert ALARMS[name]["Condition"] == "HasOperator"
    own = properties(name)
    assert own["AlarmActions"] == [{"Ref": "OperatorTopic"}]
    assert own["TreatMissingData"] == "notBreaching"
    assert len(own["AlarmDescription"]) > 20


@pytest.mark.parametrize("name", [*ALARMS, "Spending"])
def test_every_alarm_has_a_paragraph_that_says_what_to_do(name: str) -> None:
    """In docs/operating.md, under the name that the mail has."""
    assert f"**`{name}`**" in (ROOT / "docs" / "operating.md").read_text()


def test_dead_letters_are_told_of_once_the_sweep_does_not_take_them() -> None:
    """It takes them every five minutes, and tells of each itself: these are left over."""
    alarm = properties("DeadLetterAlarm")
    assert dimension("DeadLetterAlarm") == {"Fn::GetAtt": ["DeadLetterQueue", "QueueName"]}
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (1, "GreaterThanOrEqualToThreshold")
    assert alarm["Period"] * alarm["EvaluationPeriods"] == 15 * 60


def test_who_waits_too_long_is_told_of() -> None:
    """A quarter of an hour, where the operator says nothing else."""
    alarm = properties("OldestMessageAlarm")
    assert alarm["MetricName"] == "ApproximateAgeOfOldestMessage"
    assert dimension("OldestMessageAlarm") == {"Fn::GetAtt": ["Queue", "QueueName"]}
    assert alarm["Threshold"] == {"Ref": "OldestMessageSeconds"}
    assert SOURCE["Parameters"]["OldestMessageSeconds"]["Default"] == 15 * 60


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_errors_of_each_function_are_told_of(function: str) -> None:
    """By an alarm of its own, so that the mail names it."""
    name = f"{function.removesuffix('Function')}ErrorsAlarm"
    assert properties(name)["MetricName"] == "Errors"
    assert dimension(name) == {"Ref": function}


def test_throttles_are_told_of_whichever_function_has_them() -> None:
    """Without a dimension the metric is that of all functions; it is one alarm and not four."""
    alarm = properties("ThrottlesAlarm")
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "Throttles")
    assert "Dimensions" not in alarm


def test_the_operator_hears_of_bounces_and_complaints_before_aws_acts() -> None:
    """AWS puts an account under review at 5 % and 0.1 %."""
    for name, metric, parameter, review in (
        ("BouncesAlarm", "Reputation.BounceRate", "MostBounces", 0.05),
        ("ComplaintsAlarm", "Reputation.ComplaintRate", "MostComplaints", 0.001),
    ):
        assert properties(name)["MetricName"] == metric
        assert properties(name)["Threshold"] == {"Ref": parameter}
        assert SOURCE["Parameters"][parameter]["Default"] < review


def test_spending_is_told_of_before_it_is_too_much() -> None:
    """At four fifths of what the operator allows, and when all of it is foreseen."""
    budget = properties("Spending")
    assert budget["Budget"]["BudgetLimit"]["Amount"] == {"Ref": "MonthlySpending"}
    notices = budget["NotificationsWithSubscribers"]
    kinds = [
        (n["Notification"]["NotificationType"], n["Notification"]["Threshold"]) for n in notices
    ]
    assert kinds == [("ACTUAL", 80), ("FORECASTED", 100)]
    for notice in notices:
        assert notice["Subscribers"][0]["Address"] == {"Ref": "OperatorAddress"}
    assert "Spending" in present(OperatorAddress="me@example.org")
    assert "Spending" not in present(OperatorAddress="me@example.org", MonthlySpending="0")
    assert "Spending" not in present()


def lines_logged(logs: str) -> str:
    """Return the source of the function that writes this log."""
    folder = {"SubmitLogs": "submit", "SweepLogs": "submit", "GenerateLogs": "generate"}[logs]
    paths = sorted((ROOT / "functions" / folder).glob("*.py"))
    return "\n".join(path.read_text() for path in paths)


@pytest.mark.parametrize("name", of_type("AWS::Logs::MetricFilter"))
def test_what_is_counted_is_logged(name: str) -> None:
    """The words that a metric filter looks for are those that the function logs."""
    own = properties(name)
    found = re.fullmatch(r'\{ \$\.(message = "(.+)"|given_up > 0) \}', own["FilterPattern"])
    assert found
    words = f'logger.info("{found[2]}"' if found[2] else '"given_up": 1'
    if found[2] == "no mail":
        words = 'logger.warning("no mail"'
    assert words in lines_logged(own["LogGroupName"]["Ref"])


def dashboard() -> dict[str, Any]:
    """Return the dashboard as CloudWatch gets it, what it refers to replaced by its name."""
    body = re.sub(
        r"\$\{(AWS::)?([A-Za-z.]+)\}", r"\2", properties("Overview")["DashboardBody"]["Fn::Sub"]
    )
    read: dict[str, Any] = json.loads(body)
    return read


def test_the_dashboard_is_one_that_cloudwatch_takes() -> None:
    """JSON, with a metric in each widget; fewer than the fifty metrics of a free one."""
    widgets = dashboard()["widgets"]
    metrics = [metric for widget in widgets for metric in widget["properties"]["metrics"]]
    assert len(metrics) < 50
    assert {widget["properties"]["title"].partition(",")[0] for widget in widgets} == {
        "Reviews",
        "The queue",
        "Duration",
        "Errors and throttles",
        "Mails",
        "Requests",
    }
    places = [(widget["x"], widget["y"]) for widget in widgets]
    assert len(set(places)) == len(places)
    referred = re.findall(
        r"\$\{([A-Za-z]+)[.}]", properties("Overview")["DashboardBody"]["Fn::Sub"]
    )
    assert set(referred) <= RESOURCES.keys()


def test_the_dashboard_shows_what_the_logs_count() -> None:
    """Every metric that a filter makes is on it."""
    text = properties("Overview")["DashboardBody"]["Fn::Sub"]
    for name in of_type("AWS::Logs::MetricFilter"):
        (made,) = properties(name)["MetricTransformations"]
        assert f'"{made["MetricName"]}"' in text, name
    assert "Overview" not in present(Dashboard="off")
