"""The fastest network that this machine can run."""

from aws_lambda_powertools import Logger

from functions.generate.bundle import Bundle
from functions.generate.errors import KernelsMissing
from functions.generate.network.kernel_network import KernelNetwork
from functions.generate.network.reading import Network

logger = Logger(child=True)


def fastest_network(bundle: Bundle, threads: int, places: int) -> Network:
    """Open the compiled kernels or, where there are none, the graph. Raises BundleRefused."""
    try:
        network = KernelNetwork(bundle, threads, places)
    except KernelsMissing as error:
        logger.warning("onnxruntime writes, more slowly", extra={"reason": str(error)})
        # It takes a third of a second to import, for which nobody with kernels should wait.
        from functions.generate.network.graph_network import GraphNetwork  # noqa: PLC0415

        return GraphNetwork(bundle, threads, places)
    logger.info("the kernels write", extra={"kernels": network.level, "threads": threads})
    return network
