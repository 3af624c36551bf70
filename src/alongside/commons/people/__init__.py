"""Persons, organisations with units, groups; memberships; one table of identity; accounts. Knows places."""
