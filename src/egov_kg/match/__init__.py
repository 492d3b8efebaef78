"""Search over everything that has a name: the index of a release, what is asked of it, the order of hits."""
