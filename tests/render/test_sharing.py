"""How a reader passes a review on: links to networks, a label to hang beside something."""

import re
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest
import segno

from artreview.review import State
from functions.render.label import qr_code
from functions.render.sharing import share_links
from tests.render.test_reviews import ODD_PROMPTS
from tests.render.visit import Visit
from tests.samples import REVIEW_ID

ADDRESS = f"https://reviews.example.org/r/{REVIEW_ID}"
PAGE = f"/r/{REVIEW_ID}"
NETWORKS = ["Bluesky", "Mastodon", "Facebook", "WhatsApp", "Mail"]


def told(link: str) -> dict[str, str]:
    """Return what a share link says, read as a network reads it."""
    parts = urlsplit(link)
    return {name: values[0] for name, values in parse_qs(parts.query or parts.fragment).items()}


def test_the_links_are_there_without_script(site: Visit) -> None:
    """Plain ones, to a network's own page each, and none tells where it was followed from."""
    site.plant(State.READY)
    links = site.get(PAGE).page.select(".sharing a")
    assert [link.get_text() for link in links] == NETWORKS
    for link in links:
        assert link["rel"] == ["noopener", "noreferrer", "nofollow"]
        assert ADDRESS in "".join(told(str(link["href"])).values())
    assert site.get(PAGE).page.select(".sharing[hidden]") == []


def test_what_needs_script_waits_for_it(site: Visit) -> None:
    """The system's share sheet, copying, printing: no button that does nothing is ever shown."""
    site.plant(State.READY)
    for name in ("share", "copy", "print"):
        assert site.get(PAGE).one(f"[data-{name}]").has_attr("hidden")


@pytest.mark.parametrize("title", [*ODD_PROMPTS.values(), "a&u=b#c?d", "100 % + 1", "x" * 255])
def test_any_title_is_told_as_it_is(title: str) -> None:
    """No character of it ends the address early or adds to it."""
    bluesky, mastodon, facebook, whatsapp, mail = share_links(ADDRESS, title)
    for link in (bluesky, mastodon, whatsapp):
        assert told(link.href) == {"text": f"“{title}” {ADDRESS}"}
    assert told(facebook.href) == {"u": ADDRESS}
    assert told(mail.href) == {"subject": title, "body": ADDRESS}
    assert not re.search(r"[\s\"'<>+]", "".join(link.href for link in share_links(ADDRESS, title)))


def test_without_a_title_the_link_is_shared_alone() -> None:
    """A prompt of nothing printable has none."""
    assert told(share_links(ADDRESS, "")[0].href) == {"text": ADDRESS}


@pytest.mark.parametrize("state", [State.QUEUED, State.WRITING, State.FAILED])
def test_only_what_is_finished_is_shared(site: Visit, state: State) -> None:
    """And only that has a label."""
    site.plant(state)
    assert site.get(PAGE).page.select(".sharing, .wall-label") == []


def drawn(path: str, size: int) -> list[list[int]]:
    """Return what a code's path draws, row by row: 1 is dark."""
    rows = [[0] * size for _ in range(size)]
    for left, top, strokes in re.findall(r"M(\d+) (\d+)\.5((?:h\d+|m\d+ 0)+)", path):
        pen = int(left)
        for stroke, moved in re.findall(r"h(\d+)|m(\d+) 0", strokes):
            for place in range(pen, pen + int(stroke or 0)):
                rows[int(top)][place] = 1
            pen += int(stroke or moved)
    return rows


@pytest.mark.parametrize("address", [ADDRESS, "http://localhost:8080/r/" + "z" * 16, "x" * 200])
def test_the_code_is_that_of_the_address(address: str) -> None:
    """Each module in its place, with the margin that readers need."""
    code = qr_code(address)
    expected = segno.make_qr(address, error="m", boost_error=False, mask=2)
    assert drawn(code.path, code.size) == [[*row] for row in expected.matrix_iter(border=4)]
    assert code.size == expected.symbol_size()[0]


def test_a_label_says_all_that_a_wall_needs(site: Visit) -> None:
    """The beginning, who wrote it, when, at which eccentricity, and where the rest is."""
    site.plant(State.READY)
    answer = site.get(PAGE)
    label = answer.one(".wall-label")
    words = " ".join(label.get_text(" ").split())
    assert words.startswith("A blue horse in the rain and the rain goes on.")
    for fact in ("A machine, lectern-11m , wrote this on 15 January 2027", "7 of 10", ADDRESS):
        assert fact in words
    code = answer.one(".wall-label svg")
    assert code["viewbox"] == f"0 0 {qr_code(ADDRESS).size} {qr_code(ADDRESS).size}"
    assert answer.one(".wall-label path")["d"] == qr_code(ADDRESS).path
    assert label["aria-hidden"] == "true"  # on the screen the page itself says all of it


def test_a_label_has_no_more_than_its_card_holds(site: Visit) -> None:
    """A long text is cut at a word; the code leads to the rest."""
    site.plant(State.READY, text="A blue horse in the rain" + " and so on" * 300)
    words = [tag.get_text() for tag in site.get(PAGE).page.select(".wall-text p")]
    assert len("".join(words)) < 910
    assert words[-1].endswith("…")


def test_the_label_is_a_card_of_its_own_size(site: Visit) -> None:
    """A6, by a named page: other pages are printed on the reader's paper."""
    style = site.get("/static/site.css").text
    assert "@page label { size: 105mm 148mm;" in style
    assert not re.search(r"@page\s*\{", style)


def test_only_a_finished_review_loads_what_draws_codes() -> None:
    """The other pages do not wait for its import."""
    lines = "import sys, functions.render.handler; print('segno' in sys.modules)"
    environment = {"PYTHONPATH": ":".join(filter(None, sys.path)), "AWS_DEFAULT_REGION": "x"}
    found = subprocess.run(
        [sys.executable, "-c", lines], capture_output=True, text=True, check=True, env=environment
    )
    assert found.stdout == "False\n"
