"""A primitive is a row, and the row is the function: the table, its language and its readers."""
