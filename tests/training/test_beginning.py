"""What a model began from is noted where it is trained, and believed where it is exported."""

from pathlib import Path

import pytest
from transformers import GPT2Config

from training.beginning import FROM_SCRATCH, beginning_of, note_beginning
from training.bundle import ADOPTED_FROM


def test_a_model_from_scratch_says_so() -> None:
    """And nothing else does by default."""
    config = GPT2Config()
    assert beginning_of(config) == "not stated"
    note_beginning(config, None)
    assert beginning_of(config) == FROM_SCRATCH


def test_a_name_on_the_hub_is_noted_and_a_folder_of_this_machine_is_not(tmp_path: Path) -> None:
    """A path would tell strangers nothing but how somebody's disk is laid out."""
    of_the_hub, of_a_folder = GPT2Config(), GPT2Config()
    note_beginning(of_the_hub, "openai-community/gpt2-medium")
    note_beginning(of_a_folder, tmp_path)
    assert beginning_of(of_the_hub) == "openai-community/gpt2-medium"
    assert beginning_of(of_a_folder) == "not stated"


@pytest.mark.parametrize("first", [FROM_SCRATCH, "openai-community/gpt2"])
def test_the_first_beginning_is_kept(first: str, tmp_path: Path) -> None:
    """A model that is trained on began where it began at first."""
    config = GPT2Config()
    note_beginning(config, None if first == FROM_SCRATCH else first)
    note_beginning(config, tmp_path)
    assert beginning_of(config) == first


def test_an_adopted_model_keeps_its_origin_through_a_training(tmp_path: Path) -> None:
    """A fine-tune of gpt-2-simple was not trained from scratch here."""
    config = GPT2Config()
    setattr(config, ADOPTED_FROM, "gpt-2-simple")
    note_beginning(config, tmp_path)
    assert beginning_of(config) == "a checkpoint of gpt-2-simple"
