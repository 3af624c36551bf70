"""The demonstration's data, all of it made up and all of it made through the real actions.

Knows journeys and everything below. Owns no table: what it made is an ordinary installation.
"""
