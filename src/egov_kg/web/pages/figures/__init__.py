"""Figures as charts, maps and comparisons: what is chosen, how it is drawn."""
