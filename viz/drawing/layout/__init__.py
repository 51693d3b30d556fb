"""Where Graphviz has put everything, and free places for labels; knows no drawing."""
