"""The first floor: what all parts of the service cycle share."""
