"""`labctl logs`: tells how a person's server has ended."""
