"""optimum's export, its matrices turned into int8 by onnxruntime's dynamic quantisation."""

from bench.engine import Making
from bench.job import Job
from bench.peers.exported import Exported


def convert(making: Making) -> None:
    """Quantise the fp32 graph.

    It is prepared as onnxruntime advises, which also turns the output head's matrix once and for
    all: the quantiser passes over a matrix that is only turned at run time.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - only here
    from onnxruntime.quantization.shape_inference import (  # noqa: PLC0415 - only here
        quant_pre_process,
    )

    prepared = making.target / "prepared.onnx"
    quant_pre_process(
        str(making.folder_of("optimum") / "model.onnx"), str(prepared), skip_symbolic_shape=True
    )
    quantize_dynamic(str(prepared), str(making.target / "model.onnx"), weight_type=QuantType.QInt8)
    for path in making.target.glob("prepared.onnx*"):
        path.unlink()


def load(job: Job) -> Exported:
    """Open the graph."""
    return Exported(job.folder / "model.onnx", job.shape, job.threads)
