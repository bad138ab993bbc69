"""What a review's page tells of those it descends from, and of those that descend from it."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from artreview.lineage import Lineage
from artreview.review import Kinship, State
from tests.render.visit import Visit
from tests.samples import NOW, REVIEW_ID

PARENT = "a" * 16
CHILD = REVIEW_ID
LINES = {
    Kinship.ANSWER: ("In answer to", "Answers to it"),
    Kinship.AGAIN: ("The same prompt as", "The same prompt again"),
}
"""What the child's page says of its parent, and the parent's of its children."""


def plant_pair(
    site: Visit, kinship: Kinship, *, parent: bool = True, child: bool = True, **changes: Any
) -> None:
    """Plant a parent and a child, each in the gallery or not."""
    site.plant(State.READY, id=PARENT, in_gallery=parent, eccentricity=3)
    kin = {"parent": PARENT, "kinship": kinship}
    site.plant(State.READY, in_gallery=child, settled_at=NOW + 60, **kin | changes)


def leads(site: Visit, review_id: str, other_id: str) -> bool:
    """Tell whether a review's page leads to another one."""
    return bool(site.get(f"/r/{review_id}").page.select(f'main a[href="/r/{other_id}"]'))


@pytest.mark.parametrize("kinship", [Kinship.ANSWER, Kinship.AGAIN])
def test_parent_and_child_lead_to_each_other(site: Visit, kinship: Kinship) -> None:
    """The child's page says what it is to its parent; the parent's page lists it."""
    plant_pair(site, kinship)
    of_child, of_parent = LINES[kinship]
    assert of_child in site.get(f"/r/{CHILD}").main
    assert of_parent in site.get(f"/r/{PARENT}").main
    assert leads(site, CHILD, PARENT)
    assert leads(site, PARENT, CHILD)
    assert not leads(site, CHILD, CHILD)
    other = LINES[Kinship.AGAIN if kinship is Kinship.ANSWER else Kinship.ANSWER]
    for line in other:
        assert line not in site.get(f"/r/{CHILD}").main + site.get(f"/r/{PARENT}").main


@pytest.mark.parametrize(
    ("parent", "child", "is_down", "is_up"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (False, True, True, False),
        (False, False, False, False),
    ],
)
def test_what_is_not_in_the_gallery_is_named_on_no_page(
    site: Visit, *, parent: bool, child: bool, is_down: bool, is_up: bool
) -> None:
    """Neither a child nor a parent, whether or not the page itself is in it."""
    plant_pair(site, Kinship.ANSWER, parent=parent, child=child)
    assert leads(site, PARENT, CHILD) is is_down
    assert leads(site, CHILD, PARENT) is is_up
    assert ("In answer to" in site.get(f"/r/{CHILD}").main) is is_up


@pytest.mark.parametrize("state", [State.BLOCKED, State.DELETED])
@pytest.mark.parametrize(("hidden", "other"), [(PARENT, CHILD), (CHILD, PARENT)])
def test_who_is_hidden_is_named_by_nobody(
    site: Visit, state: State, hidden: str, other: str
) -> None:
    """At once, either way, and not by a word."""
    plant_pair(site, Kinship.ANSWER)
    if state is State.BLOCKED:
        site.account.store.block(hidden, NOW + 99)
    else:
        site.account.store.delete(hidden)
    assert not leads(site, other, hidden)
    told = site.get(f"/r/{other}").main
    assert not any(line in told for line in LINES[Kinship.ANSWER])
    assert other not in site.get(f"/r/{hidden}").text


def test_a_parent_that_was_never_there_is_not_named(site: Visit) -> None:
    """Nor is one that is not written yet."""
    site.plant(State.READY, parent="0" * 16, kinship=Kinship.ANSWER)
    assert "In answer to" not in site.get(f"/r/{CHILD}").main
    site.plant(State.WRITING, id="0" * 16)
    assert "In answer to" not in site.get(f"/r/{CHILD}").main


def test_with_other_words_it_is_not_the_same_prompt(site: Visit) -> None:
    """The form was begun with the parent's words, and its visitor wrote others."""
    plant_pair(site, Kinship.AGAIN, prompt="Something else")
    assert not leads(site, CHILD, PARENT)
    assert not leads(site, PARENT, CHILD)


@pytest.mark.parametrize(
    "failure",
    [
        ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "Query"),
        EndpointConnectionError(endpoint_url="https://dynamodb.example"),
    ],
)
def test_a_review_is_shown_without_a_family_that_cannot_be_read(
    site: Visit, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    """The index may be throttled by itself; the text is there, and the page says nothing untrue."""
    plant_pair(site, Kinship.ANSWER)

    def fail(*_: Any) -> None:
        raise failure

    with monkeypatch.context() as troubled:
        troubled.setattr(Lineage, "children", fail)
        answer = site.get(f"/r/{PARENT}")
    assert answer.status == 200
    assert "and the rain goes on." in answer.main
    assert not answer.page.select(".descendants")
    assert leads(site, PARENT, CHILD)


def test_the_parents_words_are_only_words(site: Visit) -> None:
    """As a link's text they are neither markup nor longer than a line."""
    kin = {"parent": PARENT, "kinship": Kinship.ANSWER}
    site.plant(State.READY, id=PARENT, prompt="<b>x</b> " * 20, in_gallery=True)
    site.plant(State.READY, in_gallery=True, prompt="<i>y</i> " * 20, **kin)
    up = site.get(f"/r/{CHILD}").one(f'main a[href="/r/{PARENT}"]').get_text()
    down = site.get(f"/r/{PARENT}").one(f'main a[href="/r/{CHILD}"]').get_text()
    assert up.startswith("<b>x</b> <b>")
    assert down.startswith("<i>y</i> <i>")
    assert max(len(up), len(down)) <= 61


def test_the_links_to_the_form_name_the_parent(site: Visit) -> None:
    """As a hidden field of its own for each kind, and nothing else in the form changes."""
    site.plant(State.READY)
    page = site.get(f"/r/{REVIEW_ID}").page
    answer = page.select_one("a:-soup-contains('Answer this review')")
    again = page.select_one("a:-soup-contains('another eccentricity')")
    assert answer
    assert again
    form = site.get(str(answer["href"]))
    assert form.value_of("answers") == REVIEW_ID
    assert form.page.select("[name=again]") == []
    form = site.get(str(again["href"]))
    assert form.value_of("again") == REVIEW_ID
    assert form.value_of("eccentricity") == "2"  # the review was written at 7
    assert form.page.select("[name=answers]") == []
    assert form.one("textarea").get_text() == "A blue horse in the rain"


def test_a_failed_review_is_tried_again_without_lineage(site: Visit) -> None:
    """There is nothing that could be named."""
    site.plant(State.FAILED)
    assert "again=" not in str(site.get(f"/r/{REVIEW_ID}").one("main a.button")["href"])


@pytest.mark.parametrize(
    "odd", ["", "x", "0" * 15, "Z" * 16, "ilou" * 4, "%22%3E%3Cb%3E", "0" * 999]
)
@pytest.mark.parametrize("field", ["answers", "again"])
def test_a_parent_that_cannot_be_one_is_left_out(site: Visit, field: str, odd: str) -> None:
    """The form is a usual one."""
    answer = site.get(f"/generate?{field}={odd}")
    assert answer.status == 200
    assert answer.page.select("[name=answers], [name=again]") == []


def test_after_a_mistake_the_parent_is_still_named(site: Visit) -> None:
    """Nothing of the form is lost."""
    error = {"field": "prompt", "code": "prompt_missing", "message": "Write a few words."}
    event = {"page": "form", "status": 422, "errors": [error]}
    again = site.invoke(event | {"values": {"prompt": "", "answers": REVIEW_ID, "again": ""}})
    assert again.value_of("answers") == REVIEW_ID
