"""Stores: one contract, over an embedded snapshot, evaluator processes, or a remote engine."""
