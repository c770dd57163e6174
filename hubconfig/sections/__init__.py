"""The sections of a stack file, one per module."""
