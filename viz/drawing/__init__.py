"""Drawings as frozen data, and their output as DOT, SVG and text; knows no graph of Values."""
