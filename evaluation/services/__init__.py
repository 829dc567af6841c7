"""One use case, one function, one transaction: permission, load, rule, save, audit event."""
