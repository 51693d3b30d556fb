"""The lessons: sources in `lessons/`, built into notebooks and pages by `python -m notebooks`."""
