"""Measurements of a running stack, for people to compare; never tests."""
