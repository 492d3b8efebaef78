"""Views of a release for others: dumps, tables, catalogue and statistics."""
