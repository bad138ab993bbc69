"""The local cloud, part by part, and a little of it whole."""
