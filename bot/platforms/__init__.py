"""The places where people meet Doorstep, each a folder of its own."""
