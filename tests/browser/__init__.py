"""Every page and state in a real browser, without the rest of the stack."""

import sys
from pathlib import Path

# AWS adds the layer to the functions' path, pytest does by pyproject.toml, a command has nobody.
sys.path.append(str(Path(__file__).parents[2] / "layers" / "shared" / "python"))
