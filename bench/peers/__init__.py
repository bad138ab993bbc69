"""Every engine that is measured, each in a module that keeps to `bench.engine`."""
