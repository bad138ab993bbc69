"""optimum's export to ONNX in onnxruntime, fp32.

Keys and values go out of each step and into the next one as they are (`OrtValue`): nothing is
copied but what the graph itself copies.
"""

import warnings

from bench.engine import Making
from bench.job import Job
from bench.kinds import CHECKPOINT
from bench.peers.exported import Exported


def convert(making: Making) -> None:
    """Let optimum export the checkpoint."""
    from optimum.exporters.onnx import main_export  # noqa: PLC0415 - slow, and only needed here

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch's older exporter warns of its age and its traces
        main_export(
            str(making.folder_of(CHECKPOINT)),
            str(making.target),
            task="text-generation-with-past",
            do_validation=False,
            local_files_only=True,
        )


def load(job: Job) -> Exported:
    """Open the graph."""
    return Exported(job.folder / "model.onnx", job.shape, job.threads)
