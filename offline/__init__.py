"""Replacements for Pulumi's downloads, for networks that reach package registries only."""
