"""The journey in a real Chromium, with script and without."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.site import awaited
from tests.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

PHONE = {"width": 390, "height": 844}
PROMPT = "The portraits in this small room"
PATIENCE_MILLISECONDS = 120_000


def watched_page(context: BrowserContext, complaints: list[str], url: str) -> Page:
    """Open a tab that notes what the console says and which other hosts are asked."""
    page = context.new_page()
    page.on("console", lambda message: complaints.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on(
        "request",
        lambda request: None if request.url.startswith(url) else complaints.append(request.url),
    )
    return page


@pytest.mark.parametrize("with_script", [True, False], ids=["script", "no-script"])
def test_a_visitor_writes_a_prompt_and_reads_the_review(
    stack: Stack, browser: Browser, pictures: Path, with_script: bool
) -> None:
    """Fill the form, watch the review appear, read it, get the mail, hide the page."""
    complaints: list[str] = []
    context = browser.new_context(java_script_enabled=with_script, viewport=PHONE)  # type: ignore[arg-type]
    page = watched_page(context, complaints, stack.url)
    page.goto(stack.url)
    page.get_by_label("Prompt").fill(PROMPT)
    name = "script" if with_script else "no-script"
    page.locator("[name=submission_email]").fill(f"{name}@example.org")
    page.screenshot(path=pictures / f"{name}-form.png", full_page=True)
    page.wait_for_timeout(2100)  # a form is good from two seconds on: that is the rule under test
    page.locator("form[action='/submission'] [type=submit]").click()

    page.wait_for_url("**/r/*")
    page.screenshot(path=pictures / f"{name}-waiting.png", full_page=True)
    report = page.locator("form[action$='/report'] [type=submit]")
    report.wait_for(timeout=PATIENCE_MILLISECONDS)
    page.screenshot(path=pictures / f"{name}-review.png", full_page=True)
    expect(page.locator("main")).to_contain_text(PROMPT)

    mail = awaited(
        lambda: next((m for m in stack.outbox() if m["to"].startswith(f"{name}@")), None),
        "the mail",
    )
    assert page.url in mail["text"]

    report.click()
    page.wait_for_load_state()
    assert PROMPT not in page.locator("main").inner_text()
    page.screenshot(path=pictures / f"{name}-hidden.png", full_page=True)
    assert [entry for entry in complaints if "410" not in entry] == []
    context.close()
