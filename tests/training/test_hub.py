"""A model's name on the hub does what its folder does, and what cannot be had is one line."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.nn import functional
from transformers import GPT2Config, GPT2LMHeadModel

from tests.training.books import made_up_review, write_reviews
from tests.training.conftest import tiny_settings
from training.errors import SettingsError
from training.finetune import finetune
from training.gathering import Sources
from training.model import start_from
from training.prepare import PrepareSettings, prepare_corpus
from training.pretrained import located, why
from training.tokenizer import END_OF_TEXT, learn_tokenizer, open_tokenizer

REPOSITORY = Path(__file__).parents[2]
REVISION = "0" * 40
VOCABULARY = 330


def _pretrained(folder: Path) -> Path:
    """Save a GPT-2 of its own shape, with the two old files of a tokenizer."""
    folder.mkdir(parents=True)
    tokenizer = learn_tokenizer(
        ["\n".join(made_up_review(number)) for number in range(5)], VOCABULARY
    )
    tokenizer.model.save(str(folder))
    torch.manual_seed(1)
    config = GPT2Config(
        vocab_size=tokenizer.get_vocab_size(),
        n_positions=48,
        n_embd=36,
        n_layer=3,
        n_head=3,
        bos_token_id=tokenizer.token_to_id(END_OF_TEXT),
        eos_token_id=tokenizer.token_to_id(END_OF_TEXT),
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache of the hub that holds `made-up/tiny`."""
    home = tmp_path_factory.mktemp("hub")
    repository = home / "hub" / "models--made-up--tiny"
    _pretrained(repository / "snapshots" / REVISION)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(REVISION)
    return home


def _commands(hub: Path, *commands: list[str]) -> subprocess.CompletedProcess[str]:
    """Run commands in one new process: the hub's library reads its settings when it starts."""
    program = (
        "import json, sys\n"
        "from training.__main__ import main\n"
        "for command in json.loads(sys.argv[1]):\n"
        "    print('status', main(command), flush=True)\n"
    )
    environment = {**os.environ, "HF_HOME": str(hub), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-c", program, json.dumps(commands)],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )


def test_the_whole_way_with_a_name_of_the_hub(hub: Path, tmp_path: Path) -> None:
    """`prepare --tokenizer NAME` and `finetune --from NAME` find the cached model by its name.

    A name that is not to be had, and a folder that is not there, are one line each.
    """
    reviews = write_reviews(tmp_path / "a.csv", range(10))
    prepare = ["prepare", "--reviews", str(reviews), "--out", str(tmp_path / "prepared")]
    finetune = ["finetune", "--data", str(tmp_path / "prepared"), "--out", str(tmp_path / "run")]
    finetune += ["--steps", "2", "--batch", "2", "--threads", "1", "--evaluation-rows", "2"]
    done = _commands(
        hub,
        [*prepare, "--tokenizer", "made-up/tiny"],
        [*finetune, "--from", "made-up/tiny"],
        [*prepare, "--tokenizer", "made-up/none"],
        [*finetune, "--from", "made-up/none"],
        [*finetune, "--from", "./none"],
    )
    statuses = [line for line in done.stdout.splitlines() if line.startswith("status")]
    assert statuses == ["status 0", "status 0", "status 2", "status 2", "status 2"]
    errors = [line for line in done.stderr.splitlines() if line.startswith("training: ")]
    assert errors[0].startswith("training: no tokenizer can be had from made-up/none: ")
    assert errors[1].startswith("training: the configuration of made-up/none cannot be had: ")
    assert errors[2].startswith("training: there is no ./none: give a folder, or a name on the hub")
    assert len(errors) == 3
    assert "Traceback" not in done.stderr
    model = GPT2LMHeadModel.from_pretrained(tmp_path / "run" / "best", local_files_only=True)
    assert (model.config.n_layer, model.config.n_embd, model.config.vocab_size) == (
        3,
        36,
        VOCABULARY,
    )
    assert model.config.attn_pdrop == 0.1


def test_a_folder_with_the_two_old_files_has_a_tokenizer(hub: Path, tmp_path: Path) -> None:
    """vocab.json and merges.txt are enough, and give the ids that the model knows."""
    folder = hub / "hub" / "models--made-up--tiny" / "snapshots" / REVISION
    tokenizer = open_tokenizer(folder)
    assert tokenizer.get_vocab_size() == VOCABULARY
    vocabulary = json.loads((folder / "vocab.json").read_text())
    text = "\n".join(made_up_review(77))
    ids = tokenizer.encode(text).ids
    assert tokenizer.decode(ids) == text
    assert [vocabulary[token] for token in tokenizer.encode(text).tokens] == ids
    with pytest.raises(SettingsError, match="no tokenizer can be had from "):
        open_tokenizer(tmp_path)


def test_another_shape_is_trained_in_its_own(hub: Path, tmp_path: Path) -> None:
    """`--from` takes the model's layers, width and context, whatever the options for scratch say.

    48 positions do not divide into windows of 32: from weights, none are cut.
    """
    folder = hub / "hub" / "models--made-up--tiny" / "snapshots" / REVISION
    sources = Sources(reviews=(write_reviews(tmp_path / "a.csv", range(10)),))
    prepare_corpus(sources, tmp_path / "prepared", PrepareSettings(tokenizer=folder))
    settings = replace(tiny_settings(2), source=folder, short_until=None, learning_rate=None)
    best = finetune(tmp_path / "prepared", tmp_path / "run", settings)
    assert json.loads((best / "config.json").read_text())["n_positions"] == 48


def test_a_pretrained_model_begins_as_it_is(hub: Path) -> None:
    """Loaded to be trained, it predicts what transformers' own predicts, with a faster kernel."""
    folder = hub / "hub" / "models--made-up--tiny" / "snapshots" / REVISION
    theirs = GPT2LMHeadModel.from_pretrained(folder, local_files_only=True)
    assert theirs.config.activation_function == "gelu_new"
    tokens = torch.randint(0, VOCABULARY, (2, 49), generator=torch.Generator().manual_seed(1))
    ours = start_from(folder, VOCABULARY).eval()
    loss = ours(tokens[:, :-1], torch.arange(48).expand(2, 48), tokens[:, 1:]).loss
    logits = theirs.eval()(tokens[:, :-1]).logits
    expected = functional.cross_entropy(logits.reshape(-1, VOCABULARY), tokens[:, 1:].reshape(-1))
    torch.testing.assert_close(loss, expected)


def test_what_is_here_comes_before_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of that name is taken; else it is a name of the hub, if it can be one."""
    monkeypatch.chdir(tmp_path)
    assert located("gpt2") == "gpt2"
    assert located("openai-community/gpt2-medium") == "openai-community/gpt2-medium"
    (tmp_path / "gpt2").mkdir()
    assert located("gpt2") == Path("gpt2")
    for nowhere in ("/none", "./none", "a/b/c", "tokenizer.json", Path("gpt3")):
        with pytest.raises(SettingsError, match="there is no "):
            located(nowhere)


def test_a_librarys_error_becomes_one_line() -> None:
    """The first sentence tells it; how to log in does not help."""
    error = OSError("None is not a model\nof the hub.\nIf this is a private repository, log in")
    assert why(error) == "None is not a model of the hub"
    assert why(ValueError()) == "ValueError"
