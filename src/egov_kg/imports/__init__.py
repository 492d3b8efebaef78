"""Graphs and tables from elsewhere: read, mapped onto ours where links allow, described."""
