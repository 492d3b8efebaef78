"""The SPARQL workbench: its page, the rows of answers, the examples, queries as programs."""
