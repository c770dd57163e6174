"""The rules, a module for each subject. Every module here is a part of the pack."""
