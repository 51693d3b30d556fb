"""The step-through player: one HTML page with every step of both sweeps."""
