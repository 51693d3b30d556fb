"""Banks of questions for learning platforms."""
