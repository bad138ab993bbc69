"""What the site's mails have in common."""

import re

import pytest

from artreview.letters import head
from local.place import ROOT

BEGIN_WITH_IT = (
    "submit/templates/hidden",
    "submit/templates/summary",
    "generate/templates/results",
)


def test_every_mail_begins_alike() -> None:
    """Title and styles; a title is text, and the page's body is still to come."""
    begun = head("Tom & <Jerry>")
    assert begun.startswith("<!doctype html>\n<html lang=")
    assert "<title>Tom &amp; &lt;Jerry&gt;</title>" in begun
    assert begun.endswith("</style>\n</head>")


@pytest.mark.parametrize("name", BEGIN_WITH_IT)
def test_no_mail_has_a_head_of_its_own(name: str) -> None:
    """What is changed for one is changed for all."""
    template = (ROOT / "functions" / f"{name}.html").read_text("utf-8")
    assert re.match(r"(\$head|\{\{ head \| safe \}\})\n<body>\n", template)
    assert "<style" not in template
