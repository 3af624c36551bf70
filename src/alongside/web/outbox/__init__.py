"""The page of messages: what waits, what failed and why, letters to print. Delivery, never content."""
