"""From recorded scalars to few blocks over contiguous storage; knows no backend."""
