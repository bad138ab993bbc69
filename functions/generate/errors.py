"""What can go wrong with the model, below the domain's root.

ArtReviewError
└── EngineError
    ├── BundleRefused     a model bundle that is incomplete, damaged or none of ours
    ├── KernelsMissing    the compiled kernels are not there, or not for this processor
    ├── MachineTooSmall   no memory, or no threads, for what was asked of the kernels
    └── PromptRefused     token ids that the model cannot take
"""

from artreview.errors import ArtReviewError


class EngineError(ArtReviewError):
    """The root of the engine's errors."""


class BundleRefused(EngineError):
    """A model bundle that is incomplete, damaged or none of ours; the message names the file."""


class KernelsMissing(EngineError):
    """The compiled kernels are not there, or this processor cannot run them."""


class MachineTooSmall(EngineError):
    """No memory, or no threads, for what was asked of the kernels; others would need more."""


class PromptRefused(EngineError):
    """Token ids that the model cannot take: none at all, or outside its vocabulary."""
