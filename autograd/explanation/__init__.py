"""What the numbers of a graph mean: derivations, reasons and costs, in words."""
