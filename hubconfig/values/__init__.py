"""The types of single values. Each refuses a value that is wrong whatever the other values are."""
