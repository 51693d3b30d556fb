"""Blocks as C, compiled once and cached."""
