"""Whether a derivative is right: finite differences beside our partials, and a verdict in words."""
