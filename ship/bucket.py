"""The private bucket beside the stack that holds the functions' zips and the template."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ship.account import Account
from ship.refusals import Refused

_REGION_WITHOUT_NAME = "us-east-1"
"""S3 takes no LocationConstraint there."""
_MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Bucket:
    """The bucket of one stack."""

    account: Account
    stack: str

    @property
    def name(self) -> str:
        """A name that no other account can have, in the 63 characters that S3 allows."""
        end = f"-code-{self.account.number}-{self.account.region}"
        return self.stack.lower()[: 63 - len(end)].rstrip("-") + end

    def make_sure(self) -> None:
        """Make the bucket where it is missing, closed to the public. Raises Refused."""
        store = self.account.client("s3")
        where: dict[str, Any] = {}
        if self.account.region != _REGION_WITHOUT_NAME:
            where = {"CreateBucketConfiguration": {"LocationConstraint": self.account.region}}
        try:
            store.create_bucket(Bucket=self.name, **where)
        except store.exceptions.BucketAlreadyOwnedByYou:
            pass
        except ClientError as error:
            raise Refused(
                f"The bucket {self.name} for the code cannot be made: "
                f"{error.response['Error']['Message']}"
            ) from error
        store.put_public_access_block(
            Bucket=self.name,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True,
            },
        )

    def keep(self, key: str, content: bytes) -> None:
        """Put a file where it is not there yet: keys are named by what they hold.

        Older ones stay, for CloudFormation takes them again where it undoes an update.
        """
        store = self.account.client("s3")
        try:
            store.head_object(Bucket=self.name, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"404", "NoSuchKey", "NotFound"}:
                raise
            store.put_object(Bucket=self.name, Key=key, Body=content)

    def keep_template(self, template: Mapping[str, Any]) -> str:
        """Put a template there, and return the address that CloudFormation reads it from."""
        body = json.dumps(template).encode()
        key = f"template-{hashlib.sha256(body).hexdigest()[:16]}.json"
        self.keep(key, body)
        if self.account.endpoint:
            return f"{self.account.endpoint}/{self.name}/{key}"
        suffix = "amazonaws.com.cn" if self.account.region.startswith("cn-") else "amazonaws.com"
        return f"https://{self.name}.s3.{self.account.region}.{suffix}/{key}"

    def delete(self) -> None:
        """Delete the bucket and all in it, where it is."""
        store = self.account.client("s3")
        try:
            for page in store.get_paginator("list_objects_v2").paginate(Bucket=self.name):
                keys = [{"Key": each["Key"]} for each in page.get("Contents", [])]
                for start in range(0, len(keys), _MOST_AT_ONCE):
                    some = keys[start : start + _MOST_AT_ONCE]
                    store.delete_objects(Bucket=self.name, Delete={"Objects": some})
            store.delete_bucket(Bucket=self.name)
        except store.exceptions.NoSuchBucket:
            return
