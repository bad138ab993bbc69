"""Where things are: the repository, and one local cloud's state folder."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The repository."""


@dataclass(frozen=True, slots=True)
class Place:
    """One local cloud's state folder, and what lies in it."""

    folder: Path

    @property
    def lock(self) -> Path:
        """Held by the process that serves this state, and telling who that is."""
        return self.folder / "lock"

    @property
    def cloud(self) -> Path:
        """The emulator's own state: a JSON file a service."""
        return self.folder / "cloud"

    @property
    def outbox(self) -> Path:
        """The mails that were sent, a file each."""
        return self.folder / "outbox"

    @property
    def deployed(self) -> Path:
        """What the last successful deployment was made from, and what it made."""
        return self.folder / "deployed.json"

    @property
    def signing_key(self) -> Path:
        """The key that signs tokens, in hexadecimal; made once."""
        return self.folder / "signing-key"

    @property
    def endpoint_port(self) -> Path:
        """The port of the emulated AWS, so that it stays the same from start to start."""
        return self.folder / "endpoint-port"

    @property
    def scratch(self) -> Path:
        """Unpacked functions; emptied at every start."""
        return self.folder / "scratch"

    @property
    def cloud_log(self) -> Path:
        """What the emulator says."""
        return self.folder / "cloud.log"

    @property
    def functions_log(self) -> Path:
        """What the functions say."""
        return self.folder / "functions.log"
