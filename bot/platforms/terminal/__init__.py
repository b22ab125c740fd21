"""The terminal: a chat on standard input and output, for trying out and for scripts."""
