"""The tests. They mirror the folders of the project; `e2e/` runs the real stack and a real browser."""
