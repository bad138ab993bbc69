"""How the site is reached, and how its mails go out: domain, certificate, CloudFront, SES."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from functions.render import responses
from local.place import ROOT
from tests.infra.reading import (
    FUNCTIONS,
    RESOURCES,
    SOURCE,
    as_list,
    present,
    properties,
    refused,
    statements,
)

ZONE = {"Domain": "reviews.example.org", "HostedZoneId": "Z0123456789ABC"}
MADE_BEFORE = "arn:aws:acm:us-east-1:123456789012:certificate/abc"
CLOUD_FRONT = {"CloudFront": "on", "OriginSecret": "0" * 64}
OF_CLOUD_FRONT = {"Distribution", "Caching", "Forwarding", "SubmitMayPurge"}


OF_CACHING = {"accept-encoding", "if-none-match"}
"""What CloudFront sees to itself: it asks for gzip, and compares the tags of what it keeps."""


def added(**parameters: str) -> set[str]:
    """Return the names of the resources that these parameters add."""
    return present(**parameters).keys() - present().keys()


def test_by_default_there_is_no_domain_and_nothing_in_front() -> None:
    """The site is at the API's own address."""
    assert not {"Certificate", "ApiDomain", *OF_CLOUD_FRONT} & present().keys()
    assert refused() == []


def test_a_domain_comes_with_its_certificate_and_its_record() -> None:
    """All in the zone that was named."""
    assert added(**ZONE) == {"Certificate", "ApiDomain", "ApiDomainMapping", "DomainRecord"}
    assert refused(**ZONE) == []
    (option,) = properties("Certificate")["DomainValidationOptions"]
    assert option["HostedZoneId"] == {"Ref": "HostedZoneId"}


def test_a_domain_elsewhere_brings_its_certificate() -> None:
    """No record is written then: the outputs say what the name is to lead to."""
    given = {"Domain": "reviews.example.org", "CertificateArn": MADE_BEFORE}
    assert added(**given) == {"ApiDomain", "ApiDomainMapping"}
    assert refused(**given) == []
    assert SOURCE["Outputs"]["DomainLeadsTo"]["Condition"] == "HasDomain"


def test_a_domain_without_a_zone_is_refused_in_one_line() -> None:
    """It says what to do, before anything is made."""
    (line,) = refused(Domain="reviews.example.org")
    assert "HostedZoneId" in line
    assert "CertificateArn" in line


def test_cloudfront_takes_the_domain_from_the_api() -> None:
    """The name leads to CloudFront, by both kinds of address."""
    names = added(**ZONE, **CLOUD_FRONT)
    assert names == OF_CLOUD_FRONT | {"Certificate", "DomainRecord", "DomainRecord6"}


def test_cloudfront_comes_and_goes_without_a_second_record_of_the_name() -> None:
    """CloudFormation makes what is new before it deletes what is old, and Route 53 refuses a twin.

    So the record stays one resource, and leads to what is there.
    """
    names = []
    for given in (ZONE, ZONE | CLOUD_FRONT):
        records = {
            name: properties(name)["Type"]
            for name, value in present(**given).items()
            if value["Type"] == "AWS::Route53::RecordSet"
        }
        names.append([name for name, kind in records.items() if kind == "A"])
    assert names == [["DomainRecord"]] * 2
    condition, fronted, plain = properties("DomainRecord")["AliasTarget"]["Fn::If"]
    assert condition == "HasCloudFront"
    assert fronted["DNSName"] == {"Fn::GetAtt": ["Distribution", "DomainName"]}
    assert plain["DNSName"] == {"Fn::GetAtt": ["ApiDomain", "RegionalDomainName"]}
    assert plain["HostedZoneId"] == {"Fn::GetAtt": ["ApiDomain", "RegionalHostedZoneId"]}
    assert properties("DomainRecord6")["Type"] == "AAAA"


def test_cloudfront_works_without_a_domain() -> None:
    """Under the name that CloudFront gives."""
    assert added(**CLOUD_FRONT) == OF_CLOUD_FRONT
    assert refused(**CLOUD_FRONT) == []


def test_cloudfront_without_a_secret_is_refused() -> None:
    """Else anyone could tell the site a visitor's address."""
    (line,) = refused(CloudFront="on")
    assert "OriginSecret" in line
    assert SOURCE["Parameters"]["OriginSecret"]["NoEcho"] is True


@pytest.mark.parametrize(
    ("region", "certificate", "is_refused"),
    [
        ("us-east-1", "", False),
        ("eu-central-1", "", True),
        ("eu-central-1", MADE_BEFORE, False),
    ],
)
def test_cloudfront_needs_a_certificate_of_virginia(
    region: str, certificate: str, *, is_refused: bool
) -> None:
    """A certificate of another region is refused at once, not after half an hour."""
    said = refused(region, **ZONE, **CLOUD_FRONT, CertificateArn=certificate)
    assert bool(said) is is_refused


@pytest.mark.parametrize(
    ("parameter", "good", "bad"),
    [
        ("Domain", "reviews.example.org", "https://reviews.example.org"),
        ("Domain", "", "localhost"),
        ("HostedZoneId", "Z0123456789ABC", "reviews.example.org"),
        ("MailZoneId", "", "example.org"),
        ("CertificateArn", MADE_BEFORE, "arn:aws:iam::123456789012:server-certificate/x"),
        ("OriginSecret", "a" * 32, "short"),
        ("ModelDir", "functions/generate/model", "/home/me/model"),
        ("ModelDir", "functions/generate/model-355m", "../model"),
    ],
)
def test_what_cannot_be_is_refused(parameter: str, good: str, bad: str) -> None:
    """Before anything is made."""
    pattern = SOURCE["Parameters"][parameter]["AllowedPattern"]
    assert re.fullmatch(pattern, good)
    assert not re.fullmatch(pattern, bad)


def test_cloudfront_keeps_what_the_pages_allow_and_no_more() -> None:
    """What says nothing is not kept, nor is an error; what differs by its query is kept apart."""
    policy = properties("Caching")["CachePolicyConfig"]
    assert (policy["MinTTL"], policy["DefaultTTL"]) == (0, 0)
    key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}
    errors = properties("Distribution")["DistributionConfig"]["CustomErrorResponses"]
    assert {error["ErrorCachingMinTTL"] for error in errors} == {0}
    assert responses.NEVER_KEPT == "no-store"


def test_cloudfront_passes_on_what_the_functions_read() -> None:
    """And proves itself; Host stays behind, by which the API knows itself."""
    headers = properties("Forwarding")["OriginRequestPolicyConfig"]["HeadersConfig"]
    assert headers["HeaderBehavior"] == "whitelist"
    passed_on = {name.lower() for name in headers["Headers"]}
    assert passed_on == headers_read() - {"host", "x-origin-secret"} - OF_CACHING
    key = properties("Caching")["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["EnableAcceptEncodingGzip"] is True
    (origin,) = properties("Distribution")["DistributionConfig"]["Origins"]
    assert origin["OriginCustomHeaders"] == [
        {"HeaderName": "X-Origin-Secret", "HeaderValue": {"Ref": "OriginSecret"}}
    ]


def headers_read() -> set[str]:
    """Return the names of the headers of a request that the functions look up."""
    return {
        name for path in (ROOT / "functions").rglob("*.py") for name in _looked_up(path.read_text())
    }


def _looked_up(source: str) -> Iterator[str]:
    """Yield what a module gets from something called `headers`; a constant by its value."""
    tree = ast.parse(source)
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        match node:
            case (
                ast.Call(
                    func=ast.Attribute(
                        value=ast.Name(id="headers") | ast.Attribute(attr="headers"), attr="get"
                    ),
                    args=[key, *_],
                )
                | ast.Subscript(
                    value=ast.Name(id="headers") | ast.Attribute(attr="headers"),
                    slice=key,
                    ctx=ast.Load(),
                )
            ):
                yield str(constants[key.id] if isinstance(key, ast.Name) else ast.literal_eval(key))


def test_the_headers_that_are_read_are_found() -> None:
    """By a literal and by a constant; were none found, the test above would hold nothing."""
    read = headers_read()
    assert {"origin", "sec-fetch-site", "cloudfront-viewer-address", "x-origin-secret"} <= read
    assert list(_looked_up("_NAME = 'dnt'\nrequest.headers.get(_NAME)\nheaders['te']")) == [
        "dnt",
        "te",
    ]


def test_submit_may_purge_this_distribution_alone() -> None:
    """Nothing else of CloudFront, and nobody else."""
    allowed = [
        (holder, statement)
        for holder, statement in statements()
        if any(action.startswith("cloudfront:") for action in as_list(statement["Action"]))
    ]
    ((holder, statement),) = allowed
    assert holder == "SubmitMayPurge"
    assert properties(holder)["Roles"] == [{"Ref": "SubmitRole"}]
    assert statement["Action"] == "cloudfront:CreateInvalidation"
    assert statement["Resource"]["Fn::Sub"].endswith(":distribution/${Distribution}")


def test_the_functions_know_whether_cloudfront_is_there() -> None:
    """Without it nothing is kept, nothing purged, and no header believed."""
    submit = properties("SubmitFunction")["Environment"]["Variables"]
    assert submit["DISTRIBUTION_ID"] == {"Fn::If": ["HasCloudFront", {"Ref": "Distribution"}, ""]}
    assert submit["ORIGIN_SECRET"] == {"Fn::If": ["HasCloudFront", {"Ref": "OriginSecret"}, ""]}
    render = properties("RenderFunction")["Environment"]["Variables"]
    kept = render["SHARED_CACHE_SECONDS"]["Fn::If"]
    assert kept[0] == "HasCloudFront"
    assert 0 < int(kept[1]) <= 60  # how long a report may take where the purge fails
    assert kept[2] == "0"


@pytest.mark.parametrize(
    ("sender", "rules"), [("Generate", "MailRules"), ("Sweep", "OperatorMailRules")]
)
def test_mails_follow_rules_of_their_own(sender: str, rules: str) -> None:
    """Each sender has its own rules, and may use no others."""
    variables = properties(f"{sender}Function")["Environment"]["Variables"]
    assert variables["CONFIGURATION_SET"] == {"Ref": rules}
    allowed = re.findall(r"configuration-set/\$\{(\w+)\}", json.dumps(_sending_to(sender)))
    assert allowed == [rules]


def test_a_visitor_who_bounced_or_complained_is_sent_no_more() -> None:
    """SES drops what would go there, and the site's reputation with it."""
    options = properties("MailRules")["SuppressionOptions"]
    assert options == {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}


def test_the_operator_is_written_to_after_a_bounce_as_well() -> None:
    """SES would take the mail and drop it, and the sweep would note the operator as told."""
    assert properties("OperatorMailRules")["SuppressionOptions"] == {"SuppressedReasons": []}


@pytest.mark.parametrize("sender", ["Generate", "Sweep"])
def test_in_the_sandbox_the_operator_gets_mail(sender: str) -> None:
    """There SES asks the role for the addressee's identity too, and hers is the one we know."""
    (operator,) = [resource["Fn::If"] for resource in _sending_to(sender) if "Fn::If" in resource]
    assert operator[0] == "HasOperator"
    assert operator[1]["Fn::Sub"].endswith(":identity/${OperatorAddress}")
    assert operator[2] == {"Ref": "AWS::NoValue"}


def _sending_to(sender: str) -> list[Any]:
    """Return what a function's role may send mails with."""
    return [
        resource
        for holder, statement in statements()
        if holder == f"{sender}Role" and "ses:SendEmail" in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]


def test_every_function_knows_the_site_by_the_same_address() -> None:
    """A mail of one leads to the pages of another, whatever stands in front."""
    told = SOURCE["Globals"]["Function"]["Environment"]["Variables"]["SITE_URL"]
    for name in ("SiteUrl", "Domain", "Distribution", "Api"):
        assert name in str(told)
    assert told == SOURCE["Outputs"]["SiteAddress"]["Value"]
    for function in FUNCTIONS:
        assert "SITE_URL" not in properties(function)["Environment"]["Variables"]


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, set()),
        ({"MailIdentity": "address"}, {"SenderAddress"}),
        ({"MailIdentity": "domain"}, {"SenderDomain"}),
        ({"MailIdentity": "domain", "MailZoneId": "Z1"}, {"SenderDomain", "SenderRecords"}),
    ],
)
def test_the_sender_is_verified_as_the_operator_wants(
    given: dict[str, str], names: set[str]
) -> None:
    """By hand, by a mail to the address, or by the records of its domain."""
    assert added(**given) == names


def test_every_condition_is_used() -> None:
    """None is left over from what was taken out."""
    text = str(RESOURCES) + str(SOURCE["Outputs"]) + str(SOURCE["Conditions"])
    for name in SOURCE["Conditions"]:
        assert f"'{name}'" in text.replace(f"'{name}':", ""), name
