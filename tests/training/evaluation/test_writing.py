"""Samples are what the author writes, whatever interrupts them and however many write."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from functions.generate.author import Author, Commission, Wish
from functions.generate.bundle import load_bundle
from functions.generate.engine import Engine
from functions.generate.network.kernel_network import KernelNetwork
from functions.generate.originality.archive import Archive
from functions.generate.originality.steering import MOST_SHARED_WORDS
from training.evaluation.gathering import unsteered_as_steered
from training.evaluation.sample_file import Identity, SampleFile
from training.evaluation.samples import Condition, Sample, Writer
from training.evaluation.writing import Pen, tasks_for, write_samples

PROMPTS = ["The painter holds", "A sculptor", "Her portrait forgets"]
IDENTITY = Identity("w", "b", {}, "h", 6, 1)
STEERED, FREE = Condition(8, is_steered=True), Condition(8, is_steered=False)


FEW_WORDS = 4
"""The tiny model's texts are too short to share more than the site's limit."""


def written(
    bundle_folder: Path, condition: Condition, count: int, most: int = MOST_SHARED_WORDS
) -> list[Sample]:
    """Write samples in this process."""
    bundle = load_bundle(bundle_folder)
    tasks = tasks_for(condition, count, PROMPTS, first_seed=1)
    with closing(KernelNetwork(bundle, threads=1, places=4)) as network:
        found = [*Writer(bundle, network, most).write(tasks)]
    return sorted(found, key=lambda sample: sample.number)


def test_samples_are_what_the_site_would_write(bundle_folder: Path) -> None:
    """Steered samples are the author's texts, and the tokens are those of the text."""
    bundle = load_bundle(bundle_folder)
    tokenizer = Tokenizer.from_file(str(bundle.tokenizer_file))
    samples = written(bundle_folder, STEERED, 5)
    with closing(KernelNetwork(bundle, threads=1, places=1)) as network:
        author = Author(bundle, Engine(bundle, network, time.monotonic), MOST_SHARED_WORDS)
        for sample in samples:
            author.begin(Commission(sample.prompt, 8, sample.seed))
            [draft] = author.drafts(lambda _: Wish.MORE)
            assert sample.prompt + sample.text == draft.text
            assert len(sample.tokens) == draft.tokens
            uncut = tokenizer.decode(sample.tokens)
            assert uncut.startswith(sample.text.rstrip("…"))


def test_what_shares_no_long_run_is_the_same_with_steering(bundle_folder: Path) -> None:
    """Samples without steering that never share too much are taken for steered ones: rightly."""
    bundle = load_bundle(bundle_folder)
    free, steered = (written(bundle_folder, how, 12, FEW_WORDS) for how in (FREE, STEERED))
    tokenizer = Tokenizer.from_file(str(bundle.tokenizer_file))
    archive = Archive(bundle.originality_file)
    same, other = unsteered_as_steered(free, archive, tokenizer, FEW_WORDS)
    assert len(same) + len(other) == 12
    assert same
    assert other
    assert same == [steered[sample.number] for sample in same]
    assert all(steered[sample.number].tokens != sample.tokens for sample in other)


@pytest.mark.parametrize("processes", [1, 2])
def test_an_interrupted_writing_goes_on(
    bundle_folder: Path, tmp_path: Path, processes: int
) -> None:
    """What is there is kept, the rest is written, and the result is that of one go."""
    tasks = tasks_for(FREE, 18, PROMPTS, first_seed=1)
    pen = Pen(bundle_folder)
    path = tmp_path / "samples.jsonl"
    expected = written(bundle_folder, FREE, 18)
    SampleFile(path, IDENTITY).add(expected[3:5])
    kept = path.read_bytes()
    found = write_samples(pen, SampleFile(path, IDENTITY), tasks, processes)
    assert found == expected
    assert path.read_bytes().startswith(kept)
    assert len(path.read_bytes().splitlines()) == 1 + 18
    assert write_samples(pen, SampleFile(path, IDENTITY), tasks, processes) == expected


_KILLED_WHILE_WRITING = """
import os, signal, sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from training.evaluation.writing import Pen, _open_writer

pool = ProcessPoolExecutor(1, get_context("spawn"), _open_writer, (Pen(Path(sys.argv[1])),))
print("worker", pool.submit(os.getpid).result(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_no_process_outlives_a_killed_one(bundle_folder: Path) -> None:
    """Whoever writes ends with the command: standard output, which all share, is closed."""
    root = Path(__file__).parents[3]
    paths = os.pathsep.join((str(root), str(root / "layers" / "shared" / "python")))
    ended = subprocess.run(
        [sys.executable, "-c", _KILLED_WHILE_WRITING, str(bundle_folder)],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == -signal.SIGKILL
    assert ended.stdout.startswith(b"worker ")
