"""A report, over the real stack with its roles enforced: from the button to the operator's."""

import pytest
import requests
from bs4 import BeautifulSoup

from local.serve import OPERATOR
from operate import command_line
from operate.cloud import on_this_computer
from tests.e2e.site import awaited_state, status_of, submitted
from tests.e2e.test_visitors import check_logs_hold_no_token, link_in, mail_to
from tests.stack import Stack

pytestmark = pytest.mark.stack

WORDS = "A grey door that nobody opens"


def swept(stack: Stack) -> None:
    """Call the sweep, which the schedule would call within a minute."""
    site = on_this_computer(stack.state)
    answer = site.client("lambda").invoke(
        FunctionName=site.outputs["SweepFunctionName"], Payload=b"{}"
    )
    assert "FunctionError" not in answer, answer["Payload"].read()


def test_from_the_report_to_the_operator_s_decision(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    """One mail; its link asks; its buttons keep the review hidden, and show it again."""
    review_url = submitted(stack.url, prompt=WORDS)
    awaited_state(review_url, "ready")
    for _ in range(2):
        assert requests.post(f"{review_url}/report", timeout=30).status_code == 410
    swept(stack)
    swept(stack)
    mail = mail_to(stack, OPERATOR)
    assert [each["to"] for each in stack.outbox()].count(OPERATOR) == 1
    assert review_url in mail["text"]
    link = link_in(mail, "/judge?token=")

    page = BeautifulSoup(requests.get(link, timeout=30).text, "html.parser")
    assert WORDS in page.get_text()
    buttons = [str(button["value"]) for button in page.select("main form button")]
    assert buttons == ["keep", "restore"]
    assert status_of(review_url)["state"] == "blocked"
    assert requests.post(f"{link}x", data={"decision": "restore"}, timeout=30).status_code == 403

    kept = requests.post(link, data={"decision": "keep"}, timeout=30)
    assert (kept.status_code, "It stays hidden" in kept.text) == (200, True)
    assert status_of(review_url)["state"] == "blocked"
    shown = requests.post(link, data={"decision": "restore"}, timeout=30)
    assert "It is shown again" in shown.text
    assert requests.get(review_url, timeout=30).status_code == 200
    accept = {"accept": "application/json"}
    late = requests.post(link, data={"decision": "keep"}, headers=accept, timeout=30)
    assert late.status_code == 409

    check_logs_hold_no_token(stack, link)
    assert command_line.main(["--local", "--state", str(stack.state), "logs"]) == 0
    told = capsys.readouterr().out
    for words in ("review reported", "the operator was told", "report judged"):
        assert words in told
    for private in (WORDS, OPERATOR):
        assert private not in told
