"""The copies of a review's page that CloudFront keeps, where it stands in front of the site.

A finished review may be kept there for a short while (`SHARED_CACHE_SECONDS` of `render`). What is
hidden or deleted is purged, so that it does not even last that long.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Copies:
    """What one distribution keeps."""

    client: Any
    """Of CloudFront; its types are no dependency of this project."""
    distribution_id: str

    def forget(self, review_id: str, now: float) -> None:
        """Have every copy of a review dropped: its page, picture, text and data.

        CloudFront takes some seconds for it, and does not say when it is done. Raises boto3's
        errors.
        """
        self.client.create_invalidation(
            DistributionId=self.distribution_id,
            InvalidationBatch={
                "Paths": {"Quantity": 1, "Items": [f"/r/{review_id}*"]},
                "CallerReference": f"{review_id} {now:.3f}",  # the same call twice is one
            },
        )
