"""What AWS gets: zips in its bucket, the image by its digest, a template that names them."""

import json
import zipfile
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local import deploy, template
from ship.account import Account
from ship.aws_supply import Built, running, uploaded
from ship.bucket import Bucket
from ship.refusals import Refused
from ship.tables import import_template, retained
from tests.ship.clients import NUMBER, REGION, AnsweringAccount, Answers, account_with
from tests.ship.pushing import ADDRESS, DIGEST, ecr_answers, tool


def account_of(given: Answers) -> Account:
    """Return an account with a real bucket's behaviour, and ECR's answers."""
    store = boto3.client("s3", region_name=REGION)

    def client(service: str) -> Any:
        return store if service == "s3" else given.of(service).client

    return AnsweringAccount(given.session, NUMBER, None, client)


def built(folder: Path, source: template.Template) -> Built:
    """Return something built for every function and layer that is no image."""
    zips = {}
    for name, path in template.sources(source, deploy.TEMPLATE).items():
        if source["Resources"][name]["Properties"].get("PackageType") != "Image":
            zips[name] = folder / f"{name}.zip"
            with zipfile.ZipFile(zips[name], "w") as archive:
                archive.writestr("code", str(path.name))
    return Built(zips, tuple(tool(folder, folder / "calls")), "localhost/image")


def test_the_template_names_what_was_uploaded(tmp_path: Path) -> None:
    """No path of this computer is left in it, and every zip is in a closed bucket."""
    source = template.read(deploy.TEMPLATE)
    with mock_aws():
        bucket = Bucket(account_of(ecr_answers()), "My-Site")
        named = uploaded(source, bucket, built(tmp_path, source), lambda _sentence: None)
        store = boto3.client("s3", region_name=REGION)
        kept = {each["Key"] for each in store.list_objects_v2(Bucket=bucket.name)["Contents"]}
        access = store.get_public_access_block(Bucket=bucket.name)
    assert "../" not in json.dumps(named)
    functions = [
        resource["Properties"]
        for resource in named["Resources"].values()
        if resource["Type"] in {template.FUNCTION, template.LAYER}
    ]
    places = [each.get("CodeUri") or each.get("ContentUri") for each in functions]
    assert {place["Key"] for place in places if place} == kept
    assert [each["ImageUri"] for each in functions if "ImageUri" in each] == [f"{ADDRESS}@{DIGEST}"]
    assert all(access["PublicAccessBlockConfiguration"].values())


def test_the_image_that_runs_is_known_by_its_digest() -> None:
    """Of the functions that the stack has; before the first deployment there are none."""
    answers = Answers()
    code = {"Code": {"ResolvedImageUri": f"{ADDRESS}@{DIGEST}"}}
    answers.of("lambda").add_response("get_function", code, {"FunctionName": "my-site-writes"})
    source = template.read(deploy.TEMPLATE)
    account = account_with(answers)
    names = {"GenerateFunction": "my-site-writes", "RenderFunction": "my-site-renders"}
    assert running(account, source, names) == {DIGEST}
    assert running(account, source, {}) == frozenset()


def test_the_bucket_goes_with_all_that_is_in_it() -> None:
    """And what is gone already is no error."""
    with mock_aws():
        bucket = Bucket(account_of(ecr_answers()), "My-Site")
        bucket.make_sure()
        bucket.make_sure()
        bucket.keep("a", b"1")
        address = bucket.keep_template({"Resources": {}})
        assert address.startswith(f"https://my-site-code-{NUMBER}-{REGION}.s3.{REGION}.amazonaws")
        bucket.delete()
        bucket.delete()
        assert boto3.client("s3", region_name=REGION).list_buckets()["Buckets"] == []


def test_a_bucket_of_somebody_else_is_refused() -> None:
    """Names of buckets are the whole world's."""
    answers = Answers()
    stubber = answers.of("s3")
    stubber.add_client_error("create_bucket", "BucketAlreadyExists", "It is somebody else's.")
    account = AnsweringAccount(answers.session, NUMBER, None, lambda _service: stubber.client)
    with pytest.raises(Refused, match="cannot be made: It is somebody else's"):
        Bucket(account, "site").make_sure()


def test_an_import_brings_the_tables_alone() -> None:
    """CloudFormation takes neither a transform nor outputs in one, and a table must be retained."""
    source = template.read(deploy.TEMPLATE)
    tables = retained(source["Resources"])
    assert {"ReviewsTable", "SiteTable", "SubscribersTable"} == set(tables)
    made = import_template(source, tables)
    assert set(made["Resources"]) == set(tables)
    assert not {"Transform", "Outputs", "Globals"} & made.keys()
