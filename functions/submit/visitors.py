"""The network address of whoever sent a request.

API Gateway tells the address that it sees. Where CloudFront stands in front, that is CloudFront's,
and the visitor's is in a header, which anyone can send who calls the API directly. So the header
counts only beside the secret that CloudFront adds to all that it passes on.
"""

from collections.abc import Mapping
from hmac import compare_digest
from ipaddress import ip_address
from typing import Any

_SECRET_HEADER = "x-origin-secret"  # noqa: S105  # the header's name
_VIEWER_HEADER = "cloudfront-viewer-address"


def visitor_of(event: Mapping[str, Any], origin_secret: str) -> str:
    """Return the address; an empty secret means that nothing stands in front."""
    seen = str(event["requestContext"]["http"]["sourceIp"])
    headers: Mapping[str, str] = event.get("headers") or {}
    proof = headers.get(_SECRET_HEADER, "").encode()
    if not origin_secret or not compare_digest(proof, origin_secret.encode()):
        return seen
    return _without_port(headers.get(_VIEWER_HEADER, "")) or seen


def _without_port(viewer: str) -> str:
    """Return the address in `198.51.100.7:46532` or `2001:db8::7:46532`, or nothing.

    CloudFront puts a colon and the port behind an address of either kind
    (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html).
    """
    address = viewer.rpartition(":")[0].strip("[]")
    try:
        return str(ip_address(address))
    except ValueError:
        return ""
