"""Our engine where there are no compiled kernels: the bundle's graph in onnxruntime."""

from bench.engine import Making
from bench.job import Job
from bench.kinds import CHECKPOINT
from bench.peers.ours import Ours
from functions.generate.bundle import load_bundle
from functions.generate.network.graph_network import GraphNetwork


def convert(making: Making) -> None:
    """Write the bundle of the checkpoint."""
    from bench.peers.bundle import write_bundle  # noqa: PLC0415 - what it needs does not ship

    write_bundle(
        making.shape, int(making.kind.variant), making.folder_of(CHECKPOINT), making.target
    )


def load(job: Job) -> Ours:
    """Check the bundle as the function does, and open its graph."""
    return Ours(GraphNetwork(load_bundle(job.folder), job.threads, job.places), job.shape)
