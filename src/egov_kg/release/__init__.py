"""Releases: compile, derive, validate, snapshot, publish, compare."""
