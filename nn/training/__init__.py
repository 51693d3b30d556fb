"""The training loop: what is differentiated, a step, when to stop, what is kept."""
