"""The Model Context Protocol: figures for assistants, each with qualifier, bounds, IRI and citation."""
