"""Modules for sequences: normalisation, attention and a small transformer, built from layers' parts."""
