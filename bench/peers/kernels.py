"""Our engine in the compiled kernels, from a bundle."""

from bench.engine import Making
from bench.job import Job
from bench.kinds import CHECKPOINT
from bench.peers.ours import Ours
from functions.generate.bundle import load_bundle
from functions.generate.network.kernel_network import KernelNetwork


def convert(making: Making) -> None:
    """Write the bundle of the checkpoint."""
    from bench.peers.bundle import write_bundle  # noqa: PLC0415 - what it needs does not ship

    write_bundle(
        making.shape, int(making.kind.variant), making.folder_of(CHECKPOINT), making.target
    )


def load(job: Job) -> Ours:
    """Check the bundle as the function does, and map it."""
    return Ours(KernelNetwork(load_bundle(job.folder), job.threads, job.places), job.shape)
