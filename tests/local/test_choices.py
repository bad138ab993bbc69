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


def create(cloud: deploy.Cloud, address: str, stack: str, *steps: dict[str, str]) -> list[Any]:
    """Make a stack with the first of these parameters, and update it to the others, one by one.

    Return what its outputs tell after each.
    """
    formation = cloud.client("cloudformation")
    waiting = {"Delay": 1, "MaxAttempts": 120}
    told = []
    for step, given in enumerate(steps):
        parameters = {
            "MailFrom": serve.SENDER,
            "SigningKeyParameter": "/art-review-generator/signing-keys",
            **given,
        }
        change = formation.update_stack if step else formation.create_stack
        change(
            StackName=stack,
            TemplateURL=address,
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in parameters.items()
            ],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        waiter = "stack_update_complete" if step else "stack_create_complete"
        formation.get_waiter(waiter).wait(StackName=stack, WaiterConfig=waiting)
        (made,) = formation.describe_stacks(StackName=stack)["Stacks"]
        outputs = {one["OutputKey"]: one["OutputValue"] for one in made["Outputs"]}
        told.append(outputs | {"records": records(cloud, given.get("HostedZoneId", ""))})
    formation.delete_stack(StackName=stack)
    formation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig=waiting)
    return told


def records(cloud: deploy.Cloud, zone: str) -> dict[str, str]:
    """Return what the site's name leads to, by the records' types."""
    if not zone:
        return {}
    found = cloud.client("route53").list_resource_record_sets(HostedZoneId=zone)
    return {
        record["Type"]: record["AliasTarget"]["DNSName"].rstrip(".")
        for record in found["ResourceRecordSets"]
        if record["Name"].rstrip(".") == NAME
    }


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
    (told,) = create(cloud, address, stack, given)
    assert told.keys() & {"DomainLeadsTo", "DistributionId"} == outputs
    if "Domain" in given:
        assert told["SiteAddress"] == f"https://{NAME}"
    elif "CloudFront" in given:
        assert told["SiteAddress"].endswith(".cloudfront.net")


def test_a_name_is_led_to_cloudfront_and_back_at_a_site_that_stands(
    cloud: deploy.Cloud, address: str, *, zone: str
) -> None:
    """Its record is changed in place, and leads to what the outputs tell."""
    named = {"Domain": NAME, "HostedZoneId": zone}
    plain, fronted, again = create(cloud, address, "moved", named, named | SECRET, named)
    for told, kinds in ((plain, {"A"}), (fronted, {"A", "AAAA"}), (again, {"A"})):
        assert told["records"].keys() == kinds
        assert set(told["records"].values()) == {told["DomainLeadsTo"]}
    assert fronted["DomainLeadsTo"] != plain["DomainLeadsTo"]
    assert records(cloud, zone) == {}


@pytest.mark.parametrize("given", [{"Domain": NAME}, {"CloudFront": "on"}])
def test_what_cannot_work_together_is_refused_in_one_line(
    cloud: deploy.Cloud, address: str, given: dict[str, str]
) -> None:
    """Before anything is made: a name without a zone, CloudFront without its secret."""
    with pytest.raises(ClientError, match=r"needs (HostedZoneId|OriginSecret)"):
        create(cloud, address, "refused", given)
