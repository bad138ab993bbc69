"""What visitors decide, and how much they may have, over the real stack with its roles enforced."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import requests
from bs4 import BeautifulSoup

from artreview.links import delete_path
from local.place import Place
from tests.e2e.site import awaited, awaited_state, form_fields, status_of, submitted
from tests.stack import Stack

pytestmark = pytest.mark.stack

MAILS_A_DAY = 5
PROGRAMS_AN_HOUR = 10
"""What the template allows where nobody says otherwise."""
_QUEUE_FILLERS = 12
"""More than is written at once, so that a review behind them still waits."""


@pytest.fixture(scope="module")
def strict_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Start a second site, whose limits are those of AWS."""
    folder: Path = tmp_path_factory.mktemp("strict")
    with Stack(folder, environment={"LIMITS": "on"}) as running:
        yield running


def mail_to(stack: Stack, address: str, number: int = 1) -> dict[str, Any]:
    """Wait until so many mails to the address have come; return the newest."""

    def newest() -> dict[str, Any] | None:
        mails = [mail for mail in stack.outbox() if mail["to"] == address]
        return mails[0] if len(mails) >= number else None

    return awaited(newest, f"mail {number} to {address.partition('@')[0]}")


def link_in(mail: dict[str, Any], part: str) -> str:
    """Return the mail's link that holds this part."""
    page = BeautifulSoup(mail["html"], "html.parser")
    links = [str(link["href"]) for link in page.select("a")]
    (found,) = [link for link in links if part in link]
    assert found in mail["text"]
    return found


def press(link: str) -> requests.Response:
    """Open a mail's link, and press the button on its page as a browser does."""
    page = requests.get(link, timeout=30)
    assert page.status_code == 200
    form = BeautifulSoup(page.text, "html.parser").select_one("main form")
    assert form is not None
    action = urljoin(link, str(form["action"]))
    return requests.post(action, timeout=30)


def check_logs_hold_no_token(stack: Stack, *links: str) -> None:
    """Fail where the token of a link is in a log."""
    logs = stack.logs()
    for link in links:
        assert link.partition("token=")[2][:20] not in logs


def told_by_functions(stack: Stack) -> str:
    """Return our own log; the emulated mail service has one too, which names who gets a mail."""
    return (stack.state / "functions.log").read_text()


def test_from_the_mail_to_the_deletion(stack: Stack) -> None:
    """The link asks, the button deletes, and nothing of it is left."""
    words = "An orange door at the end of the corridor"
    review_url = submitted(stack.url, prompt=words, submission_email="delete@example.org")
    mail = mail_to(stack, "delete@example.org")
    link = link_in(mail, "/delete?token=")
    assert requests.get(link, timeout=30).status_code == 200
    assert requests.get(review_url, timeout=30).status_code == 200
    assert requests.post(f"{link}x", timeout=30).status_code == 403
    assert requests.get(review_url, timeout=30).status_code == 200
    assert press(link).status_code == 410
    assert requests.post(link, timeout=30).status_code == 410
    page = requests.get(review_url, timeout=30)
    assert (page.status_code, words in page.text) == (410, False)
    assert status_of(review_url)["state"] == "deleted"
    check_logs_hold_no_token(stack, link)
    assert words not in stack.logs()
    assert "review deleted" in told_by_functions(stack)
    assert "delete@example.org" not in told_by_functions(stack)


def test_what_is_deleted_before_it_is_written_brings_no_mail(stack: Stack) -> None:
    """A second review, which waits behind it, is written and mailed; the first is not."""
    keys = [bytes.fromhex(Place(stack.state).signing_key.read_text())]
    for _ in range(_QUEUE_FILLERS):
        submitted(stack.url)
    first = submitted(stack.url, submission_email="never@example.org")
    path = delete_path(first.rpartition("/")[2], keys)
    assert status_of(first)["state"] in {"queued", "writing"}
    assert requests.post(stack.url + path, timeout=30).status_code == 410
    second = submitted(stack.url, submission_email="always@example.org")
    awaited_state(second, "ready")
    mail_to(stack, "always@example.org")
    assert status_of(first)["state"] == "deleted"
    assert "never@example.org" not in [mail["to"] for mail in stack.outbox()]


def test_from_the_tick_to_the_list_and_away_again(stack: Stack) -> None:
    """Asked, confirmed, told in every mail how to leave, and left by one click."""
    address = "news@example.org"
    submitted(stack.url, submission_email=address, update_check=True)
    first = mail_to(stack, address)
    assert "List-Unsubscribe" not in first["headers"]
    confirm = link_in(first, "/subscription/confirm?token=")
    assert "list" in BeautifulSoup(press(confirm).text, "html.parser").get_text()

    submitted(stack.url, submission_email=address, update_check=True)
    second = mail_to(stack, address, 2)
    leave = link_in(second, "/subscription/leave?token=")
    assert second["headers"]["List-Unsubscribe"] == f"<{leave}>"
    assert second["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    one_click = requests.post(
        leave, data={"List-Unsubscribe": "One-Click"}, allow_redirects=False, timeout=30
    )
    assert one_click.status_code == 200
    assert press(leave).status_code == 200
    assert requests.post(confirm, timeout=30).status_code == 403

    submitted(stack.url, submission_email=address)
    third = mail_to(stack, address, 3)
    assert "List-Unsubscribe" not in third["headers"]
    assert "/subscription/" not in third["text"]
    check_logs_hold_no_token(stack, confirm, leave)


def submitted_until_refused(url: str, most: int, **fields: str) -> requests.Response:
    """Submit as a program until that is too much; an hour may end meanwhile, so twice at most."""
    values = {"prompt": "A blue horse", "eccentricity": 7} | fields
    for _ in range(2 * most + 1):
        answer = requests.post(f"{url}/submission", json=values, timeout=30)
        if answer.status_code != 202:
            return answer
    raise AssertionError(f"{2 * most + 1} submissions were taken")


def test_too_much_is_refused_with_the_time_to_wait(strict_stack: Stack) -> None:
    """As JSON, and as a form that is filled in again."""
    url = strict_stack.url
    address = "often@example.org"
    answer = submitted_until_refused(url, MAILS_A_DAY, submission_email=address)
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "too_many_mails"
    assert 0 < int(answer.headers["retry-after"]) <= 86400
    fields = form_fields(requests.get(url, timeout=30).text)
    fields |= {"prompt": "These words must not be lost", "submission_email": address}

    def counted() -> requests.Response | None:
        answer = requests.post(f"{url}/submission", data=fields, timeout=30)
        return answer if answer.status_code != 422 else None  # 422: within two seconds

    page = awaited(counted, "the form to be counted")
    assert page.status_code == 429
    assert 0 < int(page.headers["retry-after"]) <= 86400
    assert "These words must not be lost" in page.text
    assert address in page.text
    answer = submitted_until_refused(url, PROGRAMS_AN_HOUR)
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "too_many_without_form"
    assert 0 < int(answer.headers["retry-after"]) <= 3600
    assert address not in told_by_functions(strict_stack)
