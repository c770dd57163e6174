"""`labctl restore`: restores a backup on a stack that is up."""
