"""What a shared link says of itself, to programs that follow it."""

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from lxml import etree

from artreview.review import State
from functions.render import handler
from functions.render.parts import RenderParts
from tests.render.test_reviews import ODD_PROMPTS
from tests.render.visit import Answer, Visit
from tests.samples import REVIEW_ID

HERE = "https://reviews.example.org"
PAGE = f"{HERE}/r/{REVIEW_ID}"
ALGORITHM = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def properties(answer: Answer) -> dict[str, str]:
    """Return a page's Open Graph and card tags."""
    tags = answer.page.select('meta[property], meta[name^="twitter:"]')
    named = [(str(tag.get("property") or tag["name"]), str(tag["content"])) for tag in tags]
    assert len({name for name, _ in named}) == len(named)
    return dict(named)


def linked_data(answer: Answer) -> dict[str, Any]:
    """Return a page's JSON-LD."""
    data = json.loads(answer.one('script[type="application/ld+json"]').get_text())
    assert isinstance(data, dict)
    return data


def test_a_finished_review_tells_networks_what_it_is(site: Visit) -> None:
    """Open Graph's four required properties and a card, with absolute addresses of this page."""
    site.plant(State.READY)
    answer = site.get(f"/r/{REVIEW_ID}?utm_source=network")
    told = properties(answer)
    assert told["og:type"] == "article"
    assert told["og:title"] == told["twitter:title"] == "A blue horse in the rain"
    assert told["og:url"] == PAGE
    assert told["og:image"] == told["twitter:image"] == f"{PAGE}/card.png"
    assert told["og:site_name"] == "Art Review Generator"
    assert told["og:description"].startswith("Nobody has looked at it")
    assert told["article:published_time"] == "2027-01-15T08:00:00Z"
    assert told["twitter:card"] == "summary_large_image"
    assert answer.one("link[rel=canonical]")["href"] == PAGE
    assert answer.one("meta[name=description]")["content"] == told["og:description"]


def test_a_local_site_tells_of_its_own_address(
    site: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever `Host` says: the address is the operator's."""
    local = RenderParts(site.account.environment | {"SITE_URL": "http://localhost:8080"})
    monkeypatch.setattr(handler, "render_parts", lambda: local)
    site.plant(State.READY)
    answer = site.get(f"/r/{REVIEW_ID}", host="evil.example")
    assert properties(answer)["og:url"] == f"http://localhost:8080/r/{REVIEW_ID}"
    assert "evil" not in answer.text


@pytest.mark.parametrize("state", [State.QUEUED, State.WRITING])
def test_a_review_being_written_has_a_preview_without_its_text(site: Visit, state: State) -> None:
    """A link is often shared before the text is there; half a text is no work to describe."""
    site.plant(state)
    answer = site.get(f"/r/{REVIEW_ID}")
    told = properties(answer)
    assert told["og:title"] == "A blue horse in the rain"
    assert told["og:image"] == f"{PAGE}/card.png"
    assert "Nobody has looked" not in json.dumps(told)
    assert answer.page.select('script[type="application/ld+json"], link[type*=oembed]') == []
    assert answer.one("meta[name=robots]")["content"] == "noindex"


@pytest.mark.parametrize("state", [State.BLOCKED, State.DELETED, State.FAILED])
def test_what_cannot_be_read_has_no_preview(site: Visit, state: State) -> None:
    """Neither tags nor data."""
    site.plant(State.READY)
    site.change(state=state)
    answer = site.get(f"/r/{REVIEW_ID}")
    assert properties(answer) == {}
    assert answer.page.select('script[type="application/ld+json"], link[rel=canonical]') == []


def test_a_machine_reads_that_a_machine_wrote_it(site: Visit) -> None:
    """Schema.org's CreativeWork, with IPTC's term for what a trained model made."""
    site.plant(State.READY)
    data = linked_data(site.get(f"/r/{REVIEW_ID}"))
    assert data["@context"] == "https://schema.org"
    assert data["@type"] == "CreativeWork"
    assert data["@id"] == data["url"] == PAGE
    assert data["name"] == "A blue horse in the rain"
    assert data["digitalSourceType"] == ALGORITHM
    assert data["creator"] == {"@type": "SoftwareApplication", "name": "lectern-11m 9f3ab20c41d7"}
    assert data["datePublished"] == "2027-01-15T08:00:00Z"


@pytest.mark.parametrize(
    "planted",
    [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "]]>",
        '"},"@type":"Person',
        "\\u003c/script\\u003e",
        "x\u2028\u2029y",
        *ODD_PROMPTS.values(),
    ],
)
def test_words_cannot_break_out_of_the_data_or_the_tags(site: Visit, planted: str) -> None:
    """The block ends where the template ends it, and holds the words as they are."""
    site.plant(
        State.READY, prompt=planted, text=f"{planted}. And then {planted} was seen, at last."
    )
    answer = site.get(f"/r/{REVIEW_ID}")
    scripts = answer.page.select("script")
    assert [script.get("type") for script in scripts] == ["application/ld+json", None]
    assert scripts[1].has_attr("src")
    data = linked_data(answer)
    shown = planted.replace("\x00", "").replace("\x07", "")
    assert data["name"] == shown.strip()
    assert data["@type"] == "CreativeWork"
    assert "<" not in scripts[0].get_text()
    assert properties(answer)["og:url"] == PAGE


def embedded(site: Visit, url: str = PAGE, **others: str) -> Answer:
    """Ask oEmbed about an address."""
    return site.get("/oembed?" + urlencode({"url": url} | others))


def test_oembed_answers_as_json(site: Visit) -> None:
    """Of type link, with what its specification requires."""
    site.plant(State.READY)
    answer = embedded(site)
    assert answer.status == 200
    assert answer.json == {
        "version": "1.0",
        "type": "link",
        "title": "A blue horse in the rain",
        "author_name": "a machine",
        "provider_name": "Art Review Generator",
        "provider_url": f"{HERE}/",
        "cache_age": 300,
        "thumbnail_url": f"{PAGE}/card.png",
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
    }
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "prompt", ["A blue horse", *ODD_PROMPTS.values()], ids=["usual", *ODD_PROMPTS]
)
def test_oembed_answers_as_xml(site: Visit, prompt: str) -> None:
    """The same facts, whatever the words."""
    site.plant(State.READY, prompt=prompt)
    answer = embedded(site, format="xml")
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    root = etree.fromstring(answer.content)
    assert root.tag == "oembed"
    told = {element.tag: element.text for element in root}
    as_json = embedded(site, format="json").json
    assert told == {name: str(value) for name, value in as_json.items()}


@pytest.mark.parametrize(
    ("limits", "has_card"),
    [
        ({}, True),
        ({"maxwidth": "1200", "maxheight": "630"}, True),
        ({"maxwidth": "1199"}, False),
        ({"maxheight": "629"}, False),
        ({"maxwidth": "0"}, False),
        ({"maxwidth": "-5", "maxheight": "many"}, True),
        ({"maxwidth": "9" * 500}, True),
        ({"maxwidth": "²"}, True),
    ],
)
def test_oembed_keeps_to_the_size_that_is_allowed(
    site: Visit, limits: dict[str, str], has_card: bool
) -> None:
    """A thumbnail that is too large is left out; a limit that is no number is none."""
    site.plant(State.READY)
    assert ("thumbnail_url" in embedded(site, **limits).json) is has_card


@pytest.mark.parametrize(
    "url",
    [
        PAGE.replace("https", "http"),
        PAGE.upper().replace("HTTPS", "https"),
        f"{PAGE}?a=b",
        f"{PAGE}#end",
        f" {PAGE} ",
        f"https://reviews.example.org:443/r/{REVIEW_ID}",
        f"{PAGE}/",
    ],
)
def test_an_address_of_ours_may_be_spelt_in_many_ways(site: Visit, url: str) -> None:
    """As people and programs write it."""
    site.plant(State.READY)
    assert embedded(site, url).status == 200


@pytest.mark.parametrize(
    "url",
    [
        "",
        REVIEW_ID,
        f"/r/{REVIEW_ID}",
        f"//reviews.example.org/r/{REVIEW_ID}",
        f"https://evil.example/r/{REVIEW_ID}",
        f"https://reviews.example.org.evil.example/r/{REVIEW_ID}",
        f"https://reviews.example.org@evil.example/r/{REVIEW_ID}",
        f"https://user@reviews.example.org/r/{REVIEW_ID}",
        f"https://reviews.example.org:8443/r/{REVIEW_ID}",
        f"javascript://reviews.example.org/r/{REVIEW_ID}",
        f"{HERE}/r/{'0' * 16}",
        f"{HERE}/r/{REVIEW_ID}/card.png",
        f"{HERE}/examples",
        HERE,
        "http://[",
        "x" * 5000,
        "\x00",
        "https://reviews.example.org/r/٠١٢٣٤٥٦٧٨٩٠١٢٣٤٥",
    ],
)
def test_oembed_has_nothing_for_other_addresses(site: Visit, url: str) -> None:
    """404, as the specification says, and as JSON."""
    site.plant(State.READY)
    answer = embedded(site, url)
    assert answer.status == 404
    assert answer.json["error"]["code"] == "embed_unknown"


@pytest.mark.parametrize("state", [State.QUEUED, State.WRITING, State.FAILED, State.BLOCKED])
def test_oembed_has_nothing_for_what_cannot_be_read(site: Visit, state: State) -> None:
    """404 too: the title of a hidden review is hidden."""
    site.plant(state)
    answer = embedded(site)
    assert answer.status == 404
    assert "horse" not in answer.text


@pytest.mark.parametrize("form", ["", "html", "JSON", "xml;", "%00"])
def test_oembed_does_not_speak_every_format(site: Visit, form: str) -> None:
    """501, as the specification says."""
    site.plant(State.READY)
    assert embedded(site, format=form).status == 501


def test_a_page_says_where_its_oembed_is(site: Visit) -> None:
    """Both formats, and both addresses answer."""
    site.plant(State.READY)
    links = site.get(f"/r/{REVIEW_ID}").page.select("link[type$='+oembed']")
    assert [link["type"] for link in links] == ["application/json+oembed", "text/xml+oembed"]
    for link in links:
        address = str(link["href"])
        assert address.startswith(f"{HERE}/oembed?url={quote(PAGE, safe='')}&format=")
        assert site.get(address.removeprefix(HERE)).status == 200
