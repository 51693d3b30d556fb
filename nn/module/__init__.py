"""What every model is: parameters by name, modes, state on disk."""
