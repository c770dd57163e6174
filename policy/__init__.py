"""The rules that `pulumi preview --policy-pack policy` checks: one function each, by subject."""
