"""The template under each of the operator's choices, made and removed by the local cloud."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import deploy, serve, template
from local.place import Place
from local.ports import HOST
from tests.stack import Stack

pytestmark = pytest.mark.stack

SECRET = {"CloudFront": "on", "OriginSecret": "0" * 64}
NAME = "reviews.example.org"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[deploy.Cloud]:
    """Return the emulated AWS of one local site."""
    with Stack(tmp_path_factory.mktemp("choices") / "state") as stack:
        port = Place(stack.state).endpoint_port.read_text()
        yield deploy.Cloud(f"http://{HOST}:{port}")


@pytest.fixture(scope="module")
def address(cloud: deploy.Cloud) -> str:
    """Return where the template lies; its tables may be deleted, unlike those of a true site."""
    source = template.read(deploy.TEMPLATE)
    code = {
        name: template.Code(deploy._BUCKET, made.key)
        for name, made in deploy._packages(source).items()
    }
    body = template.localised(source, code, {})
    for resource in body["Resources"].values():
        if resource["Type"] == "AWS::DynamoDB::Table":
            resource["DeletionPolicy"] = "Delete"
            resource["Properties"]["DeletionProtectionEnabled"] = False
    return deploy._kept(cloud, body)


@pytest.fixture(scope="module")
def zone(cloud: deploy.Cloud) -> str:
    """Return the id of a zone that the domain is in."""
    made = cloud.client("route53").create_hosted_zone(Name="example.org", CallerReference="one")
    return str(made["HostedZone"]["Id"]).rpartition("/")[2]


def create(cloud: deploy.Cloud, address: str, stack: str, given: dict[str, str]) -> Any:
    """Make a stack with these parameters; return what CloudFormation says of it then."""
    formation = cloud.client("cloudformation")
    parameters = {
        "MailFrom": serve.SENDER,
        "SigningKeyParameter": "/art-review-generator/signing-keys",
        **given,
    }
    formation.create_stack(
        StackName=stack,
        TemplateURL=address,
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
        ],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    waiting = {"Delay": 1, "MaxAttempts": 120}
    formation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig=waiting)
    (made,) = formation.describe_stacks(StackName=stack)["Stacks"]
    formation.delete_stack(StackName=stack)
    formation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig=waiting)
    return made


@pytest.mark.parametrize(
    ("stack", "given", "outputs"),
    [
        ("told", {"OperatorAddress": "me@example.org"}, set()),
        ("named", {"Domain": NAME, "HostedZoneId": "ours"}, {"DomainLeadsTo"}),
        ("fronted", SECRET, {"DistributionId"}),
        (
            "both",
            {"Domain": NAME, "HostedZoneId": "ours", **SECRET},
            {"DomainLeadsTo", "DistributionId"},
        ),
        ("sender", {"MailIdentity": "domain"}, set()),
        ("small", {"Gallery": "off", "Dashboard": "off"}, set()),
    ],
)
def test_each_choice_can_be_made_and_unmade(
    cloud: deploy.Cloud,
    address: str,
    *,
    zone: str,
    stack: str,
    given: dict[str, str],
    outputs: set[str],
) -> None:
    """Nothing refers to what is not there, and nothing waits for itself."""
    given = {name: zone if value == "ours" else value for name, value in given.items()}
    made = create(cloud, address, stack, given)
    told = {one["OutputKey"]: one["OutputValue"] for one in made["Outputs"]}
    assert told.keys() & {"DomainLeadsTo", "DistributionId"} == outputs
    if "Domain" in given:
        assert told["SiteAddress"] == f"https://{NAME}"
    elif "CloudFront" in given:
        assert told["SiteAddress"].endswith(".cloudfront.net")


@pytest.mark.parametrize("given", [{"Domain": NAME}, {"CloudFront": "on"}])
def test_what_cannot_work_together_is_refused_in_one_line(
    cloud: deploy.Cloud, address: str, given: dict[str, str]
) -> None:
    """Before anything is made: a name without a zone, CloudFront without its secret."""
    with pytest.raises(ClientError, match=r"needs (HostedZoneId|OriginSecret)"):
        create(cloud, address, "refused", given)
