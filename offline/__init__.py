"""What stands in for Pulumi's downloads on networks that reach package registries only."""
