"""axe-core on a page: WCAG 2.2 AA, and what its makers call best practice."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
_RUN = """
async ({ script, options }) => {
  if (!globalThis.axe) globalThis.eval(script);
  const found = await axe.run(options);
  return { violations: found.violations, passed: found.passes.length };
}
"""
_OPTIONS = {
    "runOnly": {"type": "tag", "values": _TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    "preload": False,  # of style sheets, for a rule that is not among these
}
_OF_THE_EYE = ["color-contrast", "link-in-text-block", "target-size"]
"""The rules whose answer can depend on colours and on the window's width."""


def violations(page: Page, *, for_the_eye: bool = False) -> list[str]:
    """Return what axe finds wrong with the page as it is now.

    `for_the_eye`: only by the rules whose answer can be another one in other colours, or in a
    window of another width.
    """
    rules = {"runOnly": {"type": "rule", "values": _OF_THE_EYE}}
    options = _OPTIONS | (rules if for_the_eye else {})
    found = page.evaluate(_RUN, {"script": AXE_SCRIPT, "options": options})
    assert found["passed"], "axe looked at nothing"
    return [_told(violation) for violation in found["violations"]]


def _told(violation: dict[str, Any]) -> str:
    nodes = "; ".join(f"{node['html'][:120]}" for node in violation["nodes"][:3])
    return f"{violation['id']}: {violation['help']}: {nodes}"
