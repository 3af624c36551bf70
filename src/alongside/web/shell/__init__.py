"""What every page stands in: the actor, errors, templates, numbers and dates in words, paging."""
