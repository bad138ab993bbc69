"""The model's forward pass, in two ways over one weights file."""
