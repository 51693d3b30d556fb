"""Plots with matplotlib: curves, planes, boundaries, histograms."""
