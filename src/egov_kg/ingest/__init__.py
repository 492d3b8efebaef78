"""From sources outside the graph to facts in it: report text, tables."""
