"""What is read of a release once, and kept while it is asked for."""
