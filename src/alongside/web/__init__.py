"""The pages. Parts of web know their queries and actions, the shell and the components, never each other or models."""
