"""Two processes train as one: each row is learned once a step, one of them writes."""

import json
import multiprocessing
import os
import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.conftest import tiny_settings
from training.__main__ import main
from training.checkpoints import newest_checkpoint
from training.finetune import finetune
from training.processes import SharedClock, agreed


def _process(rank: int, port: int, command: list[str]) -> None:
    """Be one of two processes, as `accelerate launch` starts them."""
    places = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": 2, "MASTER_PORT": port}
    os.environ |= {name: str(value) for name, value in places.items()}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "OMP_NUM_THREADS": "1"}
    sys.exit(main(command))


def _launch(data: Path, run: Path, steps: int) -> None:
    """Train in two processes; the slow imports are done once, by the server that forks them."""
    command = ["finetune", "--data", str(data), "--out", str(run), "--steps", str(steps)]
    command += ["--layers", "2", "--heads", "2", "--width", "64", "--context", "64"]
    command += ["--batch", "2", "--short-window", "32", "--short-until", "0.5", "--log-every", "1"]
    command += ["--learning-rate", "0.01", "--evaluation-rows", "4", "--threads", "1"]
    command += ["--save-every", "0", "--evaluate-every", "60"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["training.finetune", "tests.training.conftest"])
    processes = [
        context.Process(target=_process, args=(rank, port, command), daemon=True)
        for rank in range(2)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=240)
    assert [process.exitcode for process in processes] == [0, 0]


def _losses(run: Path) -> list[float]:
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    return [line["loss"] for line in lines if "loss" in line]


def test_two_processes_train_as_one(
    prepared_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Two processes with two rows each do what one does with four, and go on where they were."""
    run = tmp_path / "two"
    _launch(prepared_folder, run, steps=2)
    log = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert [line["tokens"] for line in log if "loss" in line] == [256, 512]
    assert sum("parameters" in line for line in log) == 1
    assert sum("held_out" in line for line in log) == 1
    assert capfd.readouterr().out.count(f"{run / 'best'}\n") == 1
    _launch(prepared_folder, run, steps=4)
    names = sorted(path.name for path in run.iterdir())
    assert names == ["best", "checkpoint-3", "checkpoint-4", "log.jsonl"]
    checkpoint = newest_checkpoint(run)
    assert checkpoint is not None
    assert len(list(checkpoint.glob("rng_state*"))) == 2

    single = replace(tiny_settings(4), log_every=1)
    finetune(prepared_folder, tmp_path / "one", replace(single, steps=2))
    finetune(prepared_folder, tmp_path / "one", single)
    assert len(_losses(run)) == 4
    assert _losses(run) == pytest.approx(_losses(tmp_path / "one"), abs=5e-3)


def test_a_single_process_agrees_with_itself() -> None:
    """Without others the clock goes on by itself and a value is what it is."""
    times = iter([1.0, 2.0, 3.0])
    clock = SharedClock(lambda: next(times))
    assert clock() == 1.0
    clock.tick()
    assert clock() == 2.0
    assert agreed(0.25) == 0.25
