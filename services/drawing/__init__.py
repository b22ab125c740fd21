"""The draw: a rule over plain data, the file that anybody can recompute, and its way through the house."""
