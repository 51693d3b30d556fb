"""The graph as frozen data: nodes, edges, names, paths, steps; changes no number."""
