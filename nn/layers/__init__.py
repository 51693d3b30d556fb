"""The modules that compute: neurons, layers, networks, and how their weights begin and are labelled."""
