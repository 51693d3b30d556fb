"""The ladder: small programs, what runs them on a class, and what comes out beside what is right."""
