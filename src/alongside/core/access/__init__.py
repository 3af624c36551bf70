"""THE place for permissions: scopes, grants, the roles table, `visible()`, `can()`, `@action`, audit, links, receipts.

Knows `core.kit` only. A subject is an opaque id; that it is a person is known one floor up.
"""
