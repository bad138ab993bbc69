"""What a visitor may ask for."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artreview.errors import FieldError, SubmissionRefused
from artreview.limits import PROMPT_CHARACTERS
from artreview.review import Kinship
from functions.submit.bodies import Fields
from functions.submit.submission import (
    _FIELDS,
    Submission,
    cleaned_prompt,
    read_submission,
)

RENDER = Path(__file__).parents[2] / "functions" / "render"

DECADES = ("1890s", "1900s")


def read(decades: tuple[str, ...] = DECADES, **changes: Any) -> Submission:
    """Read a good submission, changed as asked."""
    values = {"prompt": "A blue horse", "eccentricity": "7"} | changes
    return read_submission(Fields(values, is_json=False), decades, lambda address: address)


def refusals(**changes: Any) -> dict[str, str]:
    """Return field → code of what is wrong with a submission."""
    with pytest.raises(SubmissionRefused) as refused:
        read(**changes)
    assert all(error.message for error in refused.value.errors)
    return {error.field: error.code for error in refused.value.errors}


def test_a_good_submission() -> None:
    """Every field of the contract is understood."""
    assert read(
        decade="1890s", submission_email=" a@example.org ", update_check="on", gallery_check="on"
    ) == Submission(
        "A blue horse", 7, "1890s", "a@example.org", wants_updates=True, in_gallery=True
    )


def test_no_address_means_no_mail_and_no_updates() -> None:
    """Updates need an address."""
    submission = read(update_check="on")
    assert (submission.address, submission.wants_updates) == ("", False)


@pytest.mark.parametrize(
    "prompt", ["", " ", "\t\r\n", "\0\x07", "\u200b\u200d", "\u202e", "\u0301", "\u3164\u2800"]
)
def test_a_prompt_of_nothing_visible_is_missing(prompt: str) -> None:
    """Spaces, controls and characters that show nothing are no prompt."""
    assert refusals(prompt=prompt) == {"prompt": "prompt_missing"}


@pytest.mark.parametrize(
    ("typed", "is_told"), [("\u202e" * 9, True), ("\ufdd0", True), (" ", False)]
)
def test_who_typed_something_is_told_that_none_of_it_shows(typed: str, is_told: bool) -> None:
    """Else the words would puzzle who sees a full field."""
    with pytest.raises(SubmissionRefused) as caught:
        read(prompt=typed)
    [error] = caught.value.errors
    assert ("Nothing of that can be seen." in error.message) is is_told


def test_the_length_counts_characters_after_trimming() -> None:
    """255 characters fit, whatever they are; 256 do not."""
    assert len(read(prompt="  " + "🐎" * PROMPT_CHARACTERS + "  ").prompt) == PROMPT_CHARACTERS
    assert refusals(prompt="a" * (PROMPT_CHARACTERS + 1)) == {"prompt": "prompt_too_long"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two\r\n lines\there ", "two lines here"),
        ("null\0 and bell\x07", "null and bell"),
        ("right \u202eto left\u202c", "right to left"),
        ("עברית ועוד", "עברית ועוד"),
        ("👩\u200d🎨 paints", "👩\u200d🎨 paints"),
        ("cafe\u0301", "café"),
        ("lone \ud800 half", "lone half"),
        ("no\ufdd0 charac\uffffter\U0010fffe", "no character"),
        ("\ue000 \U0001fffd", "\ue000 \U0001fffd"),
        ("{{7*7}} <script>", "{{7*7}} <script>"),
    ],
)
def test_prompts_are_cleaned_and_otherwise_kept(typed: str, kept: str) -> None:
    """Controls go, words stay: markup is kept as text, other scripts and emoji as they are."""
    assert read(prompt=typed).prompt == kept


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing_and_the_result_can_be_stored(text: str) -> None:
    """Whatever is typed becomes one line of valid Unicode."""
    cleaned = cleaned_prompt(text)
    assert cleaned_prompt(cleaned) == cleaned
    assert "\n" not in cleaned
    cleaned.encode("utf-8")


@pytest.mark.parametrize(
    "eccentricity",
    ["", "0", "11", "abc", "-1", "7.5", "1e1", "٧", "7 7", "+7", "9" * 5000, "0" * 5000 + "7"],
)
def test_eccentricity_is_a_whole_number_from_1_to_10(eccentricity: str) -> None:
    """Anything else is refused beside its field."""
    assert refusals(eccentricity=eccentricity) == {"eccentricity": "eccentricity_out_of_range"}


@pytest.mark.parametrize("eccentricity", ["1", "10", " 5 ", "07"])
def test_the_bounds_of_eccentricity_are_inside(eccentricity: str) -> None:
    """1 and 10 are good."""
    assert read(eccentricity=eccentricity).eccentricity == int(eccentricity)


def test_a_decade_must_be_one_that_the_model_knows() -> None:
    """Another decade is refused, and any where the model knows none."""
    assert refusals(decade="1790s") == {"decade": "decade_unknown"}
    assert refusals(decade="1890s", decades=()) == {"decade": "decade_unknown"}


PARENT = "0123456789abcdef"


@pytest.mark.parametrize(
    ("fields", "kinship", "parent"),
    [
        ({}, Kinship.NONE, ""),
        ({"answers": PARENT}, Kinship.ANSWER, PARENT),
        ({"again": f" {PARENT.upper()} "}, Kinship.AGAIN, PARENT),
        ({"answers": PARENT, "again": "a" * 16}, Kinship.ANSWER, PARENT),
        ({"answers": "", "again": PARENT}, Kinship.AGAIN, PARENT),
    ],
)
def test_a_review_may_name_its_parent(
    fields: dict[str, Any], kinship: Kinship, parent: str
) -> None:
    """The one that it answers, or the one whose words it begins with."""
    submission = read(**fields)
    assert (submission.kinship, submission.parent) == (kinship, parent)


@pytest.mark.parametrize("odd", ["x", "ilou" * 4, "0" * 15, "0" * 17, "<b>" * 99, None, 7, ["a"]])
@pytest.mark.parametrize("field", ["answers", "again"])
def test_a_parent_that_cannot_be_one_is_ignored(field: str, odd: Any) -> None:
    """A link filled the field in: the visitor could not put it right."""
    assert read(**{field: odd}) == read()


def test_the_trap_must_be_empty() -> None:
    """Who fills a field that nobody sees is a robot."""
    assert refusals(website="https://x.example") == {"website": "trap"}


def test_everything_wrong_is_said_at_once() -> None:
    """A visitor corrects all of it in one go, in the order of the form."""
    with pytest.raises(SubmissionRefused) as refused:
        read_submission(
            Fields({"submission_email": "x"}, is_json=False),
            (),
            lambda _address: FieldError("submission_email", "address_invalid", "No."),
        )
    fields = [error.field for error in refused.value.errors]
    assert fields == ["prompt", "eccentricity", "submission_email"]


def test_what_a_program_misspells_is_told() -> None:
    """422 in place of a review without what was meant; the name is in the message alone."""

    def errors(**values: Any) -> tuple[FieldError, ...]:
        good = {"prompt": "A blue horse", "eccentricity": 7}
        with pytest.raises(SubmissionRefused) as refused:
            read_submission(Fields(good | values, is_json=True), DECADES, lambda text: text)
        assert "someone@" not in str(refused.value)
        return refused.value.errors

    (error,) = errors(submision_email="someone@example.org")
    assert (error.field, error.code) == ("", "unknown_field")
    assert "'submision_email'" in error.message
    assert "submission_email, update_check" in error.message
    codes = [error.code for error in errors(**{"prompt": "", "someone@example.org" * 9: 1})]
    assert codes == ["prompt_missing", "unknown_field"]


def test_what_a_browser_adds_is_passed_over() -> None:
    """A form may hold the name of its button, or what an extension has put there."""
    assert read(submit="Send").prompt == "A blue horse"


def test_every_field_that_is_described_is_known() -> None:
    """What `/openapi.json` tells programs to send is what is read, and nothing else."""
    described = json.loads((RENDER / "openapi.json").read_text("utf-8"))["components"]["schemas"]
    assert {*described["Submission"]["properties"]} == {*_FIELDS}
