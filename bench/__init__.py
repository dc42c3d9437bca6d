"""Every figure we claim, as a program that prints it: `make bench NAME=<group>`."""
