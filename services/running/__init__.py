"""Running classes: too few learners, merging, changing to a parallel class, and the fees."""
