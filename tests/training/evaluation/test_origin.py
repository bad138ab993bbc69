"""The commands on the card are commands: each has the options that it is printed with."""

import shlex
from dataclasses import replace

import pytest

from tests.training.evaluation.reports import made_up_report
from training.__main__ import _parser
from training.beginning import FROM_SCRATCH
from training.evaluation.card import card_of
from training.evaluation.origin import commands_of
from training.evaluation.report import Report


def made(base_model: str = FROM_SCRATCH, *, unseen: bool = True, reviews: int = 0) -> Report:
    """Return the report of a model that was made so."""
    report = made_up_report()
    model = replace(report.model, name="tiny", base_model=base_model, unseen=unseen)
    books = [] if reviews else report.train.books
    return replace(report, model=model, train=replace(report.train, reviews=reviews, books=books))


ADOPTED = made("a checkpoint of gpt-2-simple", unseen=False)
CONTINUED = made("openai-community/gpt2-medium", reviews=1200)


@pytest.mark.parametrize("report", [made(), made(reviews=1200), CONTINUED, ADOPTED])
def test_every_command_can_be_given(report: Report) -> None:
    """The command line takes it, the capitals filled in; and it stands on the card."""
    card = card_of(report)
    for command in commands_of(report):
        _parser().parse_args(shlex.split(command.replace("MINUTES", "75")))
        assert f"\npython -m training {command}\n" in card


def test_the_commands_are_those_of_the_corpus_and_the_base() -> None:
    """Books are never refused for their leaks; what it began from is named, and given on."""
    prepare, *_ = commands_of(made())
    assert prepare == ("prepare --books BOOKS --books-table BOOKS.csv --leaks drop --out PREPARED")
    prepare, finetune, export, *_ = commands_of(CONTINUED)
    assert "--reviews REVIEWS.csv" in prepare
    assert "--books" not in prepare
    assert "--tokenizer MODEL" in prepare
    assert "--from MODEL" in finetune
    assert "--base-model MODEL" in export
    assert "It began from openai-community/gpt2-medium, which is MODEL here" in card_of(CONTINUED)
    adopt, *_ = commands_of(ADOPTED)
    assert adopt.startswith("adopt --checkpoint CHECKPOINT --corpus CORPUS")
    assert "trained elsewhere, and began from a checkpoint of gpt-2-simple" in card_of(ADOPTED)
