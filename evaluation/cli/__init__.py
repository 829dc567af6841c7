"""Command line: the same services from a terminal."""
