"""Checks whether a stack file fits the host of its engine as the host is now."""
