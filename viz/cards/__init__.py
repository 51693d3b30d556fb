"""Questions of `autograd.practice` as cards on a page and as calls in Python."""
