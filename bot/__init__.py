"""The program: settings, command line, platforms, sender and scheduler around the plain core."""
