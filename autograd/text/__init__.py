"""Strings only: numbers, labels and forms as people read them; knows no node."""
