"""The index of the project's own data, for the tests of this folder."""

from support.names import names

__all__ = ["names"]
