"""SHACL shapes as SPARQL: read, compiled to queries, and run where the data are."""
