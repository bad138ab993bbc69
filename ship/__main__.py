"""`python -m ship`: goes on in the environment that has what the commands need."""

from local.launch import LAYER, go_on_as
from local.place import ROOT

if __name__ == "__main__":
    go_on_as("ship.command_line", "deploy", [str(ROOT), LAYER])
