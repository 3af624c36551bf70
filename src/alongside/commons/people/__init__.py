"""Persons, organisations with units, groups; memberships; the one table of identity; accounts. Knows places."""
