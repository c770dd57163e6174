"""`labctl backup`: copies a stack's state and files."""
