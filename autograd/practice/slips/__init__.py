"""The table of slips: which wrong number each gives on a graph, and what is said to it."""
