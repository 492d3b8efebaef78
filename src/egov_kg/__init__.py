"""A knowledge graph of the state of e-government in China, and a semantic query service for it."""

__version__ = "0.1.0"
