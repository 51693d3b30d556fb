"""What runs in a process of its own: it loads a class, drives it and tells numbers; it knows no answer."""
