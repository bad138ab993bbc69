"""Everything that can go wrong here and is not a bug, in one small tree.

    TrainingError
    ├── CorpusError       the books or their table cannot be used
    ├── PreparedError     a folder that `prepare` should have written is not whole
    ├── SettingsError     the numbers asked for do not fit together
    ├── StorageError      the disk is full, or may not be written to
    ├── CheckpointError   a checkpoint is missing, broken or of another kind
    ├── ExportError       the exported graph does not do what the checkpoint does
    ├── EvaluationError   what is to be measured is missing, or does not belong together
    ├── FloorError        a bundle is worse than the one it would replace
    └── RehearsalError    a command of a rehearsal failed

Each message says what was got, what is allowed and what to do. The command line prints it as one
line and leaves with status 2.
"""


class TrainingError(Exception):
    """The root: catch this to catch everything that the operator can put right."""


class CorpusError(TrainingError):
    """The books or their table cannot be used."""


class PreparedError(TrainingError):
    """A prepared folder is missing, incomplete or does not belong to the model."""


class SettingsError(TrainingError):
    """The numbers asked for do not fit together."""


class StorageError(TrainingError):
    """The disk is full, or may not be written to."""


class CheckpointError(TrainingError):
    """A checkpoint is missing, broken or of another kind."""


class ExportError(TrainingError):
    """The exported graph does not do what the checkpoint does."""


class EvaluationError(TrainingError):
    """What is to be measured is missing, broken, or does not belong together."""


class FloorError(TrainingError):
    """A bundle is worse than the one it would replace, or that one's floors cannot be read."""


class RehearsalError(TrainingError):
    """A command of a rehearsal failed."""
