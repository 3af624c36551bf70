"""Stories that cross parts. The worker's round is one: it seals, tidies, computes and sweeps. Knows everything below."""
