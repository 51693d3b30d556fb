"""Drawings, players and plots of graphs; knows `autograd`, and nothing of how a model is trained."""
