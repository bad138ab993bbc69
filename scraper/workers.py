"""Work shared among processes, each with a pipe of its own.

A worker whose parent is gone reads the end of its pipe and leaves: nothing stays behind, even after
kill -9. With one worker the work is done here, in this process.
"""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import TypeVar

from scraper.errors import WorkerLost

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

Task = Callable[[Chunk], Result]
Maker = Callable[[], Task[Chunk, Result]]
"""Makes the task inside the worker: it opens there what cannot be sent, such as a database."""


def shared(make: Maker[Chunk, Result], chunks: Iterable[Chunk], workers: int) -> Iterator[Result]:
    """Yield the result of every chunk, in the order in which they are done.

    An error in a worker is raised here. `make`, the chunks and the results have to be picklable.
    """
    if workers <= 1:
        yield from map(make(), chunks)
        return
    context = multiprocessing.get_context("spawn")
    crew: dict[Connection, SpawnProcess] = {}
    try:
        for _ in range(workers):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, make), daemon=True)
            process.start()
            theirs.close()
            crew[ours] = process
        yield from _deal(crew, iter(chunks))
    finally:
        for pipe, process in crew.items():
            pipe.close()
            process.join()
            process.close()


def _deal(crew: Iterable[Connection], chunks: Iterator[Chunk]) -> Iterator[Result]:
    busy = set()
    for pipe in crew:
        if _send_next(pipe, chunks):
            busy.add(pipe)
    while busy:
        for ready in wait(list(busy)):
            if not isinstance(ready, Connection):
                continue
            try:
                result = ready.recv()
            except EOFError as error:
                raise WorkerLost(
                    "a process that helped to clean was ended from outside; nothing is lost: run "
                    "`clean` again, with fewer --workers if memory was short"
                ) from error
            if isinstance(result, BaseException):
                raise result
            if not _send_next(ready, chunks):
                busy.remove(ready)
            yield result


def _send_next(pipe: Connection, chunks: Iterator[Chunk]) -> bool:
    for chunk in chunks:
        pipe.send(chunk)
        return True
    return False


def _serve(pipe: Connection, make: Maker[Chunk, Result]) -> None:
    try:
        task = make()
        while True:
            pipe.send(task(pipe.recv()))
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return
    except Exception as error:  # noqa: BLE001 - it is raised again in the parent
        pipe.send(error)
