"""The three Lambda functions, a folder each; none imports another."""
