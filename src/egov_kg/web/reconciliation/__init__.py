"""The Reconciliation Service API of the W3C Community Group of that name, versions 0.2 and 1.0-draft."""
