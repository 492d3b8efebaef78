"""The SPARQL Protocol without a web framework: requests, operations, and what may run."""
