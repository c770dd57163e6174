"""Reads Pulumi's previews without their secrets: changes, values and messages."""
