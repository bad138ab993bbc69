"""The operator's commands, on an account in memory."""
