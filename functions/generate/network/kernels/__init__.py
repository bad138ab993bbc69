"""The forward pass in C, and what compiles it."""
