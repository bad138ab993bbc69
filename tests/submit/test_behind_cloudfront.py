"""The form's function behind CloudFront: whose address counts, and what is purged."""

import io
from dataclasses import replace

import pytest

from artreview.copies import Copies
from artreview.links import delete_path
from artreview.review import State
from functions.submit import handler
from functions.submit.parts import SubmitParts
from functions.submit.visitors import visitor_of
from tests.aws import KEYS, Account
from tests.cloud_front import RecordingCloudFront
from tests.events import decision_event, http_event, report_event, submission_event
from tests.samples import REVIEW_ID, queued_review
from tests.submit.asking import MANY, new_form
from tests.submit.calls import answer

SECRET = "0123456789abcdef0123456789abcdef"
SEEN = "192.0.2.7"
VISITOR = "198.51.100.9"


def seen_as(viewer: str | None, proof: str | None, secret: str = SECRET) -> str:
    """Return whom a request is taken to come from."""
    given = {"cloudfront-viewer-address": viewer, "x-origin-secret": proof}
    headers = {name: value for name, value in given.items() if value is not None}
    return visitor_of(http_event("POST", "/submission", headers=headers, source=SEEN), secret)


@pytest.mark.parametrize(
    ("viewer", "visitor"),
    [
        ("198.51.100.9:46532", VISITOR),
        ("2001:db8:1:2::9:46532", "2001:db8:1:2::9"),
        ("[2001:db8:1:2::9]:46532", "2001:db8:1:2::9"),
    ],
)
def test_behind_cloudfront_the_visitors_address_counts(viewer: str, visitor: str) -> None:
    """CloudFront tells it, with the port, and proves that it is CloudFront."""
    assert seen_as(viewer, SECRET) == visitor


@pytest.mark.parametrize("proof", [None, "", "guessed", SECRET[:-1], SECRET + "0", "\xe9"])
def test_nobody_else_can_tell_an_address(proof: str | None) -> None:
    """Who calls the API directly is counted by the address that the API sees."""
    assert seen_as("198.51.100.9:46532", proof) == SEEN


@pytest.mark.parametrize("viewer", [None, "", "unknown", ":443", "198.51.100.9", "a:b:c"])
def test_an_address_that_cannot_be_read_is_not_taken(viewer: str | None) -> None:
    """Then all such visitors are counted as one, rather than none."""
    assert seen_as(viewer, SECRET) == SEEN


@pytest.mark.parametrize("proof", [None, "", SECRET])
def test_without_cloudfront_no_header_is_believed(proof: str | None) -> None:
    """Not even where no secret meets no secret."""
    assert seen_as("198.51.100.9:46532", proof, secret="") == SEEN


def test_the_limits_count_visitors_and_not_cloudfront(
    parts: SubmitParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two visitors come by one address of CloudFront's, and each has the whole of the limit."""
    monkeypatch.setenv("ORIGIN_SECRET", SECRET)
    parts.rates = replace(MANY, hourly_submissions=1)

    def status_for(visitor: str) -> int:
        headers = {"x-origin-secret": SECRET, "cloudfront-viewer-address": f"{visitor}:1"}
        return int(answer(submission_event(new_form(parts), headers=headers))["statusCode"])

    visitors = ("198.51.100.1", "198.51.100.2", "198.51.100.1")
    assert [status_for(visitor) for visitor in visitors] == [303, 303, 429]


@pytest.fixture
def cloudfront(parts: SubmitParts) -> RecordingCloudFront:
    """Return the CloudFront that stands in front of the form's function."""
    cloudfront = RecordingCloudFront()
    parts.copies = Copies(cloudfront, "E123")
    return cloudfront


def test_a_report_drops_all_copies_of_the_review(
    account: Account, cloudfront: RecordingCloudFront
) -> None:
    """Its page, picture, text and data are below one path; nothing else is purged."""
    account.store.add(queued_review())
    assert answer(report_event(REVIEW_ID))["statusCode"] == 303
    assert cloudfront.purged == [("E123", [f"/r/{REVIEW_ID}*"])]


def test_a_deletion_drops_them_too(account: Account, cloudfront: RecordingCloudFront) -> None:
    """Whoever takes a review back need not wait either."""
    account.store.add(queued_review())
    assert answer(decision_event(delete_path(REVIEW_ID, KEYS)))["statusCode"] == 303
    assert cloudfront.purged == [("E123", [f"/r/{REVIEW_ID}*"])]


def test_a_report_that_hides_nothing_purges_nothing(
    parts: SubmitParts, account: Account, cloudfront: RecordingCloudFront
) -> None:
    """A restored review stays until enough visitors have reported it."""
    account.store.add(queued_review())
    account.store.block(REVIEW_ID, parts.world.now())
    parts.way_back.restore([REVIEW_ID], parts.world.now())
    assert answer(report_event(REVIEW_ID))["statusCode"] == 303
    assert cloudfront.purged == []


def test_a_silent_cloudfront_stops_no_report(
    account: Account, cloudfront: RecordingCloudFront, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The review is hidden, the log tells of it, and the copies end by themselves."""
    written = io.StringIO()
    monkeypatch.setattr(handler.logger.registered_handler, "stream", written)
    cloudfront.is_silent = True
    account.store.add(queued_review())
    assert answer(report_event(REVIEW_ID))["statusCode"] == 303
    assert account.store.get(REVIEW_ID).state is State.BLOCKED
    assert "copies of a hidden review were not purged" in written.getvalue()


def test_without_cloudfront_nobody_is_asked(parts: SubmitParts) -> None:
    """As on a laptop, and by default."""
    assert parts.copies is None


def test_each_purge_is_one_of_its_own(parts: SubmitParts, cloudfront: RecordingCloudFront) -> None:
    """CloudFront takes two calls of the same name for one, so the name says when."""
    assert parts.copies
    parts.copies.forget(REVIEW_ID, 1.0)
    parts.copies.forget(REVIEW_ID, 2.0)
    assert len(set(cloudfront.references)) == 2


def test_with_no_gallery_nobody_agrees_to_one(
    parts: SubmitParts, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that sends the box all the same is not refused; the review stays out."""
    monkeypatch.setenv("GALLERY", "off")
    parts.__dict__.pop("settings", None)
    response = answer(submission_event(new_form(parts, gallery_check="on")))
    review_id = response["headers"]["location"].rpartition("/")[2]
    assert account.store.get(review_id).in_gallery is False
