"""The template: it lints, it becomes plain CloudFormation, and it gives each function its due."""

import json
import re
import subprocess
import sys
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from artreview.gallery import GALLERY_ATTRIBUTES, GALLERY_INDEX
from artreview.limits import MAX_ATTEMPTS
from artreview.lineage import LINEAGE_ATTRIBUTES, LINEAGE_INDEX
from artreview.store import WAITING_INDEX
from functions.generate.parts import GenerateSettings
from functions.render.parts import RenderSettings
from functions.submit.admission import Rates
from functions.submit.parts import (
    DeadLetterSettings,
    SubmitSettings,
    SweepSettings,
    TellingSettings,
)
from local import deploy, serve
from local.place import ROOT
from tests.infra.reading import FUNCTIONS, RESOURCES, SOURCE, as_list, properties, statements

ROUTES = {
    "POST /submission",
    "POST /r/{id}/report",
    "POST /r/{id}/delete",
    "POST /r/{id}/judge",
    "POST /subscription/confirm",
    "POST /subscription/leave",
    "$default",
}


def test_it_lints() -> None:
    """cfn-lint, with its rules for SAM, finds nothing."""
    linter = Path(sys.executable).with_name("cfn-lint")
    found = subprocess.run(
        [str(linter), str(deploy.TEMPLATE)], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout


def test_no_permission_has_a_wildcard() -> None:
    """Each role names its actions and its resources, and has no ready-made policy."""
    for role, statement in statements():
        for action in as_list(statement["Action"]):
            assert "*" not in action, role
        for resource in as_list(statement["Resource"]):
            assert "*" not in json.dumps(resource), role
    for resource in RESOURCES.values():
        assert "ManagedPolicyArns" not in resource.get("Properties", {})
        assert "Policies" not in resource["Properties"] or "Role" in resource["Type"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_role_and_a_log_of_its_own(name: str) -> None:
    """So that none may do what another needs, and no log is kept for ever."""
    stem = name.removesuffix("Function")
    assert properties(name)["Role"] == {"Fn::GetAtt": [f"{stem}Role", "Arn"]}
    assert properties(name)["LoggingConfig"] == {"LogGroup": {"Ref": f"{stem}Logs"}}
    assert properties(f"{stem}Logs")["RetentionInDays"] == {"Ref": "LogRetentionDays"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_handler_exists(name: str) -> None:
    """The dotted path that the template names is a function in the tree."""
    value = properties(name)
    dotted = value["Handler"] if "Handler" in value else value["ImageConfig"]["Command"][0]
    module, _, function = dotted.rpartition(".")
    path = ROOT / (module.replace(".", "/") + ".py")
    assert re.search(rf"^def {function}\(", path.read_text(), re.MULTILINE), dotted


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("SubmitFunction", [SweepSettings, SubmitSettings]),
        ("SweepFunction", [SweepSettings, DeadLetterSettings, TellingSettings]),
        ("GenerateFunction", [GenerateSettings]),
        ("RenderFunction", [RenderSettings]),
    ],
)
def test_every_function_gets_the_settings_that_it_reads(name: str, kinds: list[type]) -> None:
    """None is missing, and none is given that nobody reads."""
    shared = set(SOURCE["Globals"]["Function"]["Environment"]["Variables"])
    own = set(properties(name)["Environment"]["Variables"]) - {"POWERTOOLS_SERVICE_NAME"}
    given = own | shared
    read = [field for kind in kinds for field in fields(kind)]
    needed = {field.name.upper() for field in read if field.default is MISSING}
    assert needed <= given
    assert given <= {field.name.upper() for field in read}


def test_the_api_has_the_contract_s_routes() -> None:
    """What changes state goes to submit, everything else to render."""
    routes = {
        resource["Properties"]["RouteKey"]: resource["Properties"]["Target"]
        for resource in RESOURCES.values()
        if resource["Type"] == "AWS::ApiGatewayV2::Route"
    }
    assert routes.keys() >= ROUTES
    for key, target in routes.items():
        expected = "SubmitIntegration" if key.startswith("POST ") else "RenderIntegration"
        assert target == {"Fn::Sub": f"integrations/${{{expected}}}"}


def test_the_tables_are_kept() -> None:
    """Deleting the stack, or replacing a table, leaves what visitors made."""
    for name in ("ReviewsTable", "SiteTable", "SubscribersTable"):
        assert RESOURCES[name]["DeletionPolicy"] == "Retain"
        assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain"
        assert properties(name)["DeletionProtectionEnabled"] is True
        assert properties(name)["PointInTimeRecoverySpecification"] == {
            "PointInTimeRecoveryEnabled": True
        }


def test_counters_are_forgotten() -> None:
    """They expire, no backup holds them, and they go with the stack; who was only asked expires."""
    expiry = {"AttributeName": "expires_at", "Enabled": True}
    assert properties("LimitsTable")["TimeToLiveSpecification"] == expiry
    assert "PointInTimeRecoverySpecification" not in properties("LimitsTable")
    assert RESOURCES["LimitsTable"]["DeletionPolicy"] == "Delete"
    assert properties("SubscribersTable")["TimeToLiveSpecification"] == expiry


def test_every_limit_is_a_setting_that_a_laptop_lifts() -> None:
    """The function reads each from its parameter; `make run` knows them all, and may set them."""
    variables = properties("SubmitFunction")["Environment"]["Variables"]
    for field in fields(Rates):
        (parameter,) = variables[field.name.upper()].values()
        assert field.name.replace("_", "").upper() == parameter.upper()
        assert parameter in serve._LIMITS
        assert int(serve._UNLIMITED) <= SOURCE["Parameters"][parameter]["MaxValue"]
    assert len(serve._LIMITS) == len(fields(Rates))


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [
        ("", True),
        ("https://reviews.example.org", True),
        ("http://127.0.0.1:8000", True),
        ("https://xn--mnchen-3ya.example", True),
        ("https://m\N{LATIN SMALL LETTER U WITH DIAERESIS}nchen.example", False),
        ("https://reviews.example.org/", False),
        ("https://reviews example.org", False),
        ("reviews.example.org", False),
    ],
)
def test_the_site_s_address_is_ascii_without_a_path(address: str, *, is_taken: bool) -> None:
    """It goes into the headers of mails, which take nothing else."""
    pattern = SOURCE["Parameters"]["SiteUrl"]["AllowedPattern"]
    assert (re.fullmatch(pattern, address) is not None) is is_taken


def test_the_access_log_says_nothing_of_who_asked_or_for_what() -> None:
    """No address of a visitor, and no path or query: the links of a mail carry tokens there."""
    stage = properties("Stage")
    assert "LoggingLevel" not in stage["DefaultRouteSettings"]
    assert "DataTraceEnabled" not in stage["DefaultRouteSettings"]
    log = stage["AccessLogSettings"]
    assert log["DestinationArn"] == {"Fn::GetAtt": ["ApiLogs", "Arn"]}
    told = json.loads(log["Format"])
    assert set(told.values()) == {
        "$context.requestId",
        "$context.requestTimeEpoch",
        "$context.routeKey",
        "$context.status",
        "$context.responseLatency",
        "$context.integrationLatency",
        "$context.integrationStatus",
        "$context.error.responseType",
        "$context.integrationErrorMessage",
        "$context.responseLength",
    }


def test_every_log_is_deleted_some_day() -> None:
    """Those of the functions and that of the API, after as many days as the operator says."""
    logs = [name for name, value in RESOURCES.items() if value["Type"] == "AWS::Logs::LogGroup"]
    assert len(logs) == len(FUNCTIONS) + 1
    for name in logs:
        assert properties(name)["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_the_api_takes_no_more_than_it_is_told_to() -> None:
    """Its throttle is the operator's, and costs no metric."""
    settings = properties("Stage")["DefaultRouteSettings"]
    assert settings["ThrottlingRateLimit"] == {"Ref": "RequestsPerSecond"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "RequestsAtOnce"}
    assert settings["DetailedMetricsEnabled"] is False


def test_only_submit_and_generate_touch_the_subscribers() -> None:
    """The pages need no address, so the function that draws them can read none."""
    roles = {
        role
        for role, statement in statements()
        for resource in as_list(statement["Resource"])
        if "SubscribersTable" in json.dumps(resource)
    }
    assert roles == {"SubmitRole", "GenerateRole"}


def test_the_indexes_are_the_ones_that_the_store_and_the_gallery_ask() -> None:
    """Their names and their keys; the gallery's and the lineage's hold nothing else."""
    waiting, gallery, lineage = properties("ReviewsTable")["GlobalSecondaryIndexes"]
    assert waiting["IndexName"] == WAITING_INDEX
    assert [key["AttributeName"] for key in waiting["KeySchema"]] == ["waiting", "created_at"]
    assert gallery["IndexName"] == GALLERY_INDEX
    assert [key["AttributeName"] for key in gallery["KeySchema"]] == [*GALLERY_ATTRIBUTES]
    assert gallery["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    assert lineage["IndexName"] == LINEAGE_INDEX
    assert [key["AttributeName"] for key in lineage["KeySchema"]] == [*LINEAGE_ATTRIBUTES]
    assert lineage["Projection"] == {"ProjectionType": "KEYS_ONLY"}


def test_the_queue_is_patient_enough() -> None:
    """A message is hidden six times as long as the function may take, and tried often enough."""
    queue = properties("Queue")
    assert queue["VisibilityTimeout"] >= 6 * properties("GenerateFunction")["Timeout"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] > MAX_ATTEMPTS
    mapping = properties("QueueToGenerate")
    assert mapping["BatchSize"] == {"Ref": "GenerateBatch"}
    variables = properties("GenerateFunction")["Environment"]["Variables"]
    assert variables["GENERATE_BATCH"] == mapping["BatchSize"]  # places for all that is delivered
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_who_operates_the_site_is_told_what_was_given_up() -> None:
    """Both functions that give up log `given_up`; its alarm mails the operator, if there is one."""
    assert properties("OperatorTopic")["Subscription"] == [
        {"Protocol": "email", "Endpoint": {"Ref": "OperatorAddress"}}
    ]
    alarm = properties("GivenUpAlarm")
    assert alarm["AlarmActions"] == [{"Ref": "OperatorTopic"}]
    for name, logs in (("GivenUpBySweep", "SweepLogs"), ("GivenUpByGenerate", "GenerateLogs")):
        assert properties(name)["LogGroupName"] == {"Ref": logs}
        assert properties(name)["FilterPattern"] == "{ $.given_up > 0 }"
        (made,) = properties(name)["MetricTransformations"]
        assert made["MetricValue"] == "$.given_up"
        assert made["MetricName"] == alarm["MetricName"]
        assert made["MetricNamespace"] == alarm["Namespace"]
    for name in ("OperatorTopic", "GivenUpAlarm"):
        assert RESOURCES[name]["Condition"] == "HasOperator"
    assert SOURCE["Parameters"]["OperatorAddress"]["Default"] == ""


def test_the_sweep_may_tell_the_operator_and_nobody_else() -> None:
    """From the site's identities, by the site's rules; the last is the operator's own."""
    (sending,) = [
        statement
        for role, statement in statements()
        if role == "SweepRole" and "ses:SendEmail" in as_list(statement["Action"])
    ]
    *senders, rules, operator = sending["Resource"]
    assert len(senders) == 2
    assert rules["Fn::Sub"].endswith(":configuration-set/${OperatorMailRules}")
    assert all("MailFrom" in json.dumps(sender) for sender in senders)
    assert operator["Fn::If"][0] == "HasOperator"
    assert operator["Fn::If"][1]["Fn::Sub"].endswith(":identity/${OperatorAddress}")
    assert operator["Fn::If"][2] == {"Ref": "AWS::NoValue"}
    variables = properties("SweepFunction")["Environment"]["Variables"]
    assert variables["OPERATOR_ADDRESS"] == {"Ref": "OperatorAddress"}


def test_the_sweep_reads_the_dead_letters() -> None:
    """It may receive and delete them, and nothing else may."""
    allowed = [
        (role, statement["Action"])
        for role, statement in statements()
        if statement["Resource"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    ]
    assert allowed == [("SweepRole", ["sqs:ReceiveMessage", "sqs:DeleteMessage"])]


def test_the_image_is_built_with_the_bundle_that_the_function_loads() -> None:
    """One parameter names it, from the repository's root and from where the function runs."""
    assert RESOURCES["GenerateFunction"]["Metadata"]["DockerBuildArgs"] == {
        "MODEL_DIR": {"Ref": "ModelDir"}
    }
    variables = properties("GenerateFunction")["Environment"]["Variables"]
    assert variables["MODEL_DIR"] == {"Ref": "ModelDir"}
    default = SOURCE["Parameters"]["ModelDir"]["Default"]
    assert (ROOT / default / "bundle.json").exists()
    dockerfile = (ROOT / "functions" / "generate" / "Dockerfile").read_text()
    assert f"ARG MODEL_DIR={default}\n" in dockerfile


def test_every_parameter_is_in_the_console_s_groups() -> None:
    """Each once, under a heading."""
    groups = SOURCE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    listed = [name for group in groups for name in group["Parameters"]]
    assert sorted(listed) == sorted(SOURCE["Parameters"])


def test_every_parameter_explains_itself_and_is_used() -> None:
    """A stranger who deploys is told what each is; only the sender has no sane default."""
    text = deploy.TEMPLATE.read_text()
    for name, parameter in SOURCE["Parameters"].items():
        assert len(parameter["Description"]) > 20, name
        assert ("Default" in parameter) == (name != "MailFrom"), name
        assert re.search(rf"!Ref {name}\b|\$\{{{name}\}}", text), name


def test_code_keeps_its_parents_when_sam_builds_it() -> None:
    """SAM flattens a folder unless it is told which packages stand above it."""
    for name in FUNCTIONS:
        if "CodeUri" in properties(name):
            folder = (deploy.TEMPLATE.parent / properties(name)["CodeUri"]).resolve()
            dotted = ".".join(folder.relative_to(ROOT).parts)
            assert RESOURCES[name]["Metadata"]["BuildProperties"] == {
                "ParentPackageMode": "explicit",
                "ParentPackages": dotted,
            }
