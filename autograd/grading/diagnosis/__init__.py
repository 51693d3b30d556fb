"""The causes: a model of how a class goes wrong that explains all of its wrong numbers."""
