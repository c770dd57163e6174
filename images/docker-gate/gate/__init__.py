"""Lets the hub ask the engine for what a stack needs, and for nothing else."""
