"""Functions over functions: gradients, Jacobians, products with tangents, of ordinary Python functions."""
