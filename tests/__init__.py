"""The tests mirror the project's folders; `e2e/` runs the real stack and a real browser."""
