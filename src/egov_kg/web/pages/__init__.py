"""Pages for readers, in both languages. What they show comes from the release by named queries."""
