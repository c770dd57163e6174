"""Models of what a stack file may say, and code to read and check it; independent of Pulumi."""
