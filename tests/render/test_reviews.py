"""A review's page, its status and its files, in every state."""

from typing import Any

import pytest

from artreview.limits import PROMPT_CHARACTERS
from artreview.review import State
from artreview.second_chances import SecondChances
from functions.render.form import answer_to
from tests.render.visit import LINES, Visit
from tests.samples import NOW, REVIEW_ID

PAGE = f"/r/{REVIEW_ID}"
STATUS = f"{PAGE}/status"
PROMPT = "A blue horse in the rain"
ODD_PROMPTS = {
    "markup": "<script>alert(1)</script><b>\"x\"</b> & '{{7*7}}'",
    "one word": "Donaudampfschifffahrt" * 12,
    "emoji": "🖼️🎨🔥" * 60,
    "right to left": "في المعرض لوحة واحدة",
    "bidi controls": "a\u202eb\u2066c",
    "combining": "e" + "\u0301" * 200,
    "control": "a\x00b\x07c",
}


def test_a_finished_review_is_set_like_print(site: Visit) -> None:
    """The prompt is the title and the first words; each line of the text is a paragraph."""
    site.plant(State.READY, decade="1890s")
    answer = site.get(PAGE)
    assert answer.status == 200
    assert answer.one("h1").get_text() == PROMPT
    assert answer.one("title").get_text() == f"{PROMPT} · Art Review Generator"
    assert answer.one(".given").get_text() == PROMPT
    paragraphs = [tag.get_text() for tag in answer.page.select(".prose p")]
    assert paragraphs == (PROMPT + LINES).split("\n")


def test_a_finished_review_says_what_wrote_it(site: Visit) -> None:
    """The date, the eccentricity, the decade, the model, and that it was a machine."""
    site.plant(State.READY, decade="1890s")
    told = site.get(PAGE).main
    for fact in ("15 January 2027", "7 of 10", "the 1890s", "lectern-11m", "9f3ab20c41d7"):
        assert fact in told
    assert "A machine wrote this review" in told
    assert site.get(PAGE).one("time")["datetime"] == "2027-01-15T08:00:00Z"


def wrote(shared_words: int | None) -> dict[str, Any]:
    """Return what wrote a review, as it is stored."""
    return {"model": "m", "model_hash": "0", "seconds": 1, "shared_words": shared_words}


@pytest.mark.parametrize(
    ("shared", "line"),
    [
        (7, "longest phrase shared with the archive: 7 words"),
        (1, "longest phrase shared with the archive: 1 word"),
        (0, "no word shared with the archive"),
    ],
)
def test_a_finished_review_says_how_original_it_is(site: Visit, shared: int, line: str) -> None:
    """By the longest run of words that its model had read somewhere."""
    site.plant(State.READY)
    site.change(provenance=wrote(shared))
    assert line in site.get(PAGE).main


def test_a_review_of_which_that_was_not_measured_says_nothing(site: Visit) -> None:
    """The ones written before are shown as they were."""
    site.plant(State.READY)
    site.change(provenance=wrote(None))
    assert "archive" not in site.get(PAGE).main
    assert "archive" not in site.get(f"{PAGE}.txt").text


def test_a_finished_review_can_be_reported_copied_and_tried_again(site: Visit) -> None:
    """Report is one step, with a word on what it does; the copy button waits for script."""
    site.plant(State.READY, decade="1890s")
    answer = site.get(PAGE)
    report = answer.one("form.report")
    assert (report["method"], report["action"]) == ("post", f"{PAGE}/report")
    assert "hides the page at once" in report.get_text()
    assert answer.one("[data-copy]").has_attr("hidden")
    again = "/generate?prompt=A+blue+horse+in+the+rain&eccentricity=2&decade=1890s&again="
    assert answer.page.select(f'a[href="{again}{REVIEW_ID}"]')


def test_the_report_of_a_restored_review_does_not_promise_to_hide_it(site: Visit) -> None:
    """One is not enough any more, and the page says how many are."""
    site.plant(State.READY)
    site.account.store.block(REVIEW_ID, NOW)
    SecondChances(site.account.store._table).restore(REVIEW_ID, NOW + 1)
    words = site.get(PAGE).one("form.report").get_text()
    assert "at once" not in words
    assert "three visitors" in words


def test_a_finished_review_can_be_answered(site: Visit) -> None:
    """By a form that begins with its passage, as another critic would."""
    site.plant(State.READY, decade="1890s")
    link = site.get(PAGE).one("main a:-soup-contains('Answer this review')")
    form = site.get(str(link["href"]))
    begun = form.one("textarea").get_text()
    assert begun.startswith("“Nobody has looked at it since ‘the accident’.” So one critic")
    assert form.value_of("eccentricity") == "7"
    site.change(text=PROMPT)
    assert "Answer this review" not in site.get(PAGE).text


@pytest.mark.parametrize("quote", ["x" * 400, "word " * 100, "A short one."])
def test_an_answer_begins_with_a_prompt_that_can_be_sent(quote: str) -> None:
    """Within the limit, and it leads on."""
    begun = answer_to(quote)
    assert len(begun) <= PROMPT_CHARACTERS
    assert begun.endswith("” So one critic wrote. I do not see it so, for")


def test_a_finished_review_can_be_hidden_quickly(site: Visit) -> None:
    """Every cache asks each time; no search engine lists what nobody agreed to list."""
    site.plant(State.READY)
    answer = site.get(PAGE)
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.one("meta[name=robots]")["content"] == "noindex"


def test_a_text_is_shown_as_print_sets_it(site: Visit) -> None:
    """Real quotation marks and apostrophes; a page that follows is told the same text."""
    written = "'s friend\" stays.\n\"It's the '90s,\" he said--so..."
    site.plant(State.WRITING, prompt='"The artist', text=f'"The artist{written}')
    shown = ["“The artist’s friend” stays.", "“It’s the ’90s,” he said—so…"]
    answer = site.get(PAGE)
    assert (
        answer.one("h1").get_text() == answer.one("[data-text] .given").get_text() == "“The artist"
    )
    assert [tag.get_text() for tag in answer.page.select("[data-text] p")] == shown
    followed = site.get(str(answer.one("[data-follow]")["data-follow"])).json
    assert followed["text"] == "\n".join(shown)
    assert followed | {"text": ""} == site.get(STATUS).json | {"text": ""}


def test_data_are_as_they_were_typed_and_written(site: Visit) -> None:
    """The marks of print are the page's affair."""
    words = '"It\'s so," he said...'
    site.plant(State.READY, prompt=words, text=f'{words} "No."')
    for address in (f"{PAGE}.json", STATUS):
        assert site.get(address).json["text"] == f'{words} "No."'
    assert site.get(f"{PAGE}.json").json["prompt"] == words
    assert site.get(f"{PAGE}.txt").text.startswith(f'{words} "No."')
    again = site.get(PAGE).one("a:-soup-contains('another eccentricity')")
    assert site.get(str(again["href"])).one("textarea").get_text() == words


def test_a_failed_review_says_so_and_can_be_tried_again(site: Visit) -> None:
    """With the same words, and without the operator's reason."""
    site.plant(State.FAILED)
    answer = site.get(PAGE)
    assert answer.status == 200
    assert "could not be written" in answer.main
    assert "engine_broken" not in answer.text
    again = str(answer.one("main a.button")["href"])
    assert "prompt=A+blue+horse+in+the+rain&eccentricity=7" in again  # as it was
    assert site.get(STATUS).json["state"] == "failed"
    assert site.get(STATUS).json["eta_seconds"] is None


@pytest.mark.parametrize("state", [State.BLOCKED, State.DELETED])
def test_a_hidden_review_shows_nothing_of_itself(site: Visit, state: State) -> None:
    """410 everywhere, and no word of it anywhere."""
    site.plant(State.READY)
    site.change(state=state)
    for address in (PAGE, STATUS, f"{PAGE}.txt", f"{PAGE}.json"):
        answer = site.get(address)
        assert answer.status == 410, address
        assert answer.headers["cache-control"] == "no-store"
        assert "horse" not in answer.text
        assert "Nobody has looked" not in answer.text
    assert site.get(STATUS).json["text"] == ""
    assert site.get(STATUS).json["state"] == state


def test_a_finished_review_is_had_as_text_and_as_data(site: Visit) -> None:
    """Both say what wrote it; the data hold what it takes to write it again."""
    site.plant(State.READY, decade="1890s")
    text = site.get(f"{PAGE}.txt")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert text.headers["x-robots-tag"] == "noindex"
    assert text.text.startswith(PROMPT + LINES)
    assert "Written by a machine, lectern-11m (9f3ab20c41d7)" in text.text
    assert "Longest phrase shared with the archive, in words: 7." in text.text
    assert text.text.endswith(f"https://reviews.example.org{PAGE}\n")
    assert site.get(f"{PAGE}.json").json == {
        "id": REVIEW_ID,
        "url": f"https://reviews.example.org{PAGE}",
        "prompt": PROMPT,
        "text": PROMPT + LINES,
        "eccentricity": 7,
        "decade": "1890s",
        "seed": 42,
        "created_at": "2027-01-15T08:00:00Z",
        "written_at": "2027-01-15T08:00:00Z",
        "written_by_machine": True,
        "model": "lectern-11m",
        "model_hash": "9f3ab20c41d7",
        "shared_words": 7,
    }


def test_a_restored_review_tells_when_it_was_written(site: Visit) -> None:
    """Not when the operator showed it again: its files are the same, and so is its entry's name."""
    site.plant(State.READY, in_gallery=True)
    day = 24 * 3600

    def told() -> list[str]:
        shown = site.get(PAGE).page
        facts = [str(fact) for fact in shown.select(".facts, .wall-foot p, script[type*=json]")]
        files = [site.get(PAGE + ending).text for ending in (".txt", ".json")]
        return [*facts, *files, site.get("/feed.xml").text]

    before = told()
    assert len(before) == 6
    site.account.store.block(REVIEW_ID, NOW + day)
    SecondChances(site.account.store._table).restore(REVIEW_ID, NOW + 2 * day)
    assert told() == before


@pytest.mark.parametrize("state", [State.QUEUED, State.WRITING, State.FAILED])
def test_an_unfinished_review_has_no_files(site: Visit, state: State) -> None:
    """A half text is not handed out as if it were whole."""
    site.plant(state)
    assert site.get(f"{PAGE}.txt").status == 404
    assert site.get(f"{PAGE}.json").json["error"]["code"] == "review_unwritten"


@pytest.mark.parametrize("review_id", ["0123456789abctxt", "0123456789abcdxt"])
def test_an_id_that_ends_like_a_file_is_still_an_id(site: Visit, review_id: str) -> None:
    """`txt` may well be the end of an id."""
    site.plant(State.READY, id=review_id)
    assert site.get(f"/r/{review_id}").one("h1").get_text() == PROMPT
    assert site.get(f"/r/{review_id}.txt").status == 200


@pytest.mark.parametrize("suffix", ["", "/status", ".txt", ".json"])
def test_an_id_in_capitals_leads_to_the_review(site: Visit, suffix: str) -> None:
    """Somebody may have typed it off paper."""
    answer = site.get(f"/r/{REVIEW_ID.upper()}{suffix}")
    assert answer.status == 301
    assert answer.headers["location"] == f"{PAGE}{suffix}"


@pytest.mark.parametrize(
    "review_id",
    ["0" * 16, "0" * 15, "ilou" * 4, "x" * 5000, "A" * 5000, "a b", "%00", "..", "a%2fb", "é" * 16],
)
def test_an_unknown_or_odd_id_is_not_found(site: Visit, review_id: str) -> None:
    """A page for people, JSON for programs, and never an error of ours."""
    answer = site.get(f"/r/{review_id}")
    assert answer.status == 404
    assert answer.one("h1")
    status = site.get(f"/r/{review_id}/status")
    assert status.status == 404
    assert status.json["error"]["code"] in {"review_not_found", "page_not_found"}


@pytest.mark.parametrize("prompt", ODD_PROMPTS.values(), ids=ODD_PROMPTS)
@pytest.mark.parametrize("state", [State.QUEUED, State.WRITING, State.READY, State.FAILED])
def test_odd_words_are_shown_and_never_run(site: Visit, state: State, prompt: str) -> None:
    """They stand in the page as text, told apart from the lines around them by direction."""
    site.plant(state, prompt=prompt)
    answer = site.get(PAGE)
    assert answer.status == 200
    shown = prompt.replace("\x00", "").replace("\x07", "")
    where = "blockquote" if state is State.FAILED else "h1"
    assert answer.one(where).get_text() == shown
    assert answer.one(where)["dir"] == "auto"
    assert answer.page.select("script:not([src], [type='application/ld+json']), main b") == []


@pytest.mark.parametrize("field", ["prompt", "text", "decade", "failure", "model"])
def test_markup_in_any_stored_field_is_only_text(site: Visit, field: str) -> None:
    """Even a field that no visitor can write is not trusted."""
    planted = "\"'><img src=x onerror=alert(1)>{{7*7}}"
    site.plant(State.READY)
    if field == "model":
        site.change(provenance={"model": planted, "model_hash": planted, "seconds": 1})
    else:
        site.change(**{field: planted})
    for state in (State.READY, State.WRITING, State.QUEUED, State.FAILED):
        site.change(state=state)
        text = site.get(PAGE).text
        assert "<img" not in text
        assert "49" not in site.get(PAGE).main


def test_a_text_that_does_not_begin_with_its_prompt_is_shown_whole(site: Visit) -> None:
    """Nothing is cut off, and no words are claimed to be the visitor's."""
    site.plant(State.READY, text="Something else.\n\n \nEntirely.")
    answer = site.get(PAGE)
    assert [tag.get_text() for tag in answer.page.select(".prose p")] == [
        "Something else.",
        "Entirely.",
    ]
    assert answer.page.select(".given") == []


@pytest.mark.parametrize("text", [PROMPT, PROMPT + "\n", PROMPT + "\nThen.", ""])
def test_a_review_of_next_to_nothing_is_a_page(site: Visit, text: str) -> None:
    """A model may stop at once."""
    site.plant(State.READY, text=text)
    assert site.get(PAGE).status == 200


def test_coming_back_to_the_reports_address_leads_to_the_review(site: Visit) -> None:
    """It takes reports; a reload must not end nowhere."""
    answer = site.get(f"{PAGE}/report")
    assert (answer.status, answer.headers["location"]) == (303, PAGE)


def test_who_reports_a_restored_review_is_told_that_it_counts(site: Visit) -> None:
    """It stays until others report it too; without a word the button would seem broken."""
    site.plant(State.READY)
    site.change(restored_at=int(NOW))
    page = site.get(f"{PAGE}/reported")
    assert page.status == 200
    assert "Your report counts" in page.text
    assert f'href="{PAGE}"' in page.text


def test_no_link_says_that_the_operator_has_looked_who_has_not(site: Visit) -> None:
    """Of any other review one report is enough: its page takes it."""
    site.plant(State.READY)
    answer = site.get(f"{PAGE}/reported")
    assert (answer.status, answer.headers["location"]) == (303, PAGE)


def test_the_thanks_for_a_report_are_for_reviews_that_are_there(site: Visit) -> None:
    """Once it is hidden its page says so, and what never was is not found."""
    assert site.get(f"{PAGE}/reported").status == 404
    site.plant(State.BLOCKED)
    assert site.get(f"{PAGE}/reported").status == 410
    moved = site.get(f"{PAGE.upper().replace('/R/', '/r/')}/reported")
    assert (moved.status, moved.headers["location"]) == (301, f"{PAGE}/reported")
