"""The pages, by hand-written events over an account in memory."""
