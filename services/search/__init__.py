"""From a meaning to ranked classes."""
