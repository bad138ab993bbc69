"""What another site's page has its readers' browsers send."""

import pytest

from artreview.review import State
from functions.submit.parts import SubmitParts
from tests.aws import Account
from tests.events import report_event, submission_event
from tests.samples import REVIEW_ID, queued_review
from tests.submit.calls import answer, form

pytestmark = pytest.mark.usefixtures("parts")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin", "origin": "https://reviews.example.org"},
        {"sec-fetch-site": "none"},
        {"origin": "https://reviews.example.org"},
        {"origin": "https://d1234.example.net", "host": "d1234.example.net"},
    ],
)
def test_a_report_from_its_own_page_or_a_program_is_taken(
    account: Account, headers: dict[str, str]
) -> None:
    """Also under the API's other name, and from browsers that say little."""
    account.store.add(queued_review())
    assert answer(report_event(REVIEW_ID, headers=headers))["statusCode"] == 303
    assert account.store.get(REVIEW_ID).state is State.BLOCKED


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "cross-site", "origin": "null"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": "https://[elsewhere"},
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_report_from_another_sites_page_hides_nothing(
    account: Account, headers: dict[str, str], accept: str
) -> None:
    """403, and the review stays."""
    account.store.add(queued_review())
    refused = answer(report_event(REVIEW_ID, accept=accept, headers=headers))
    assert refused["statusCode"] == 403
    assert account.store.get(REVIEW_ID).state is State.QUEUED


def test_a_form_from_another_sites_page_asks_for_nothing(
    parts: SubmitParts, account: Account
) -> None:
    """A token that its server fetched is good for its own readers' limits too, but for this."""
    headers = {"sec-fetch-site": "cross-site"}
    assert answer(submission_event(form(parts), headers=headers))["statusCode"] == 403
    assert account.items("REVIEWS_TABLE") == []
    headers = {"sec-fetch-site": "same-origin"}
    assert answer(submission_event(form(parts), headers=headers))["statusCode"] == 303
