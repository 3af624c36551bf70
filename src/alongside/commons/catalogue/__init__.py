"""The catalogue of kinds of activity, statutory or not by country. Knows places."""
