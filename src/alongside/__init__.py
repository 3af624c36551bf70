"""Alongside: public bodies and volunteers make services together.

The map of the house is docs/house.md; every import goes down it.
"""

__version__ = "0.1.0"
