"""A stand-in for CloudFront's client."""

from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import EndpointConnectionError


@dataclass
class RecordingCloudFront:
    """Keeps what it is asked to purge, or does not answer."""

    is_silent: bool = False
    purged: list[tuple[str, list[str]]] = field(default_factory=list)
    """By distribution: the paths."""
    references: list[str] = field(default_factory=list)

    def create_invalidation(self, **request: Any) -> None:
        """Keep the request, or raise."""
        if self.is_silent:
            raise EndpointConnectionError(endpoint_url="https://cloudfront.example")
        batch = request["InvalidationBatch"]
        assert batch["Paths"]["Quantity"] == len(batch["Paths"]["Items"])
        self.purged.append((request["DistributionId"], batch["Paths"]["Items"]))
        self.references.append(batch["CallerReference"])
