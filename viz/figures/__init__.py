"""Graphs, paths, networks and diagrams as drawings."""
