"""Executes every block of the user guide and of README.md, on the host and in a container."""
