"""A promise over a day, a week or a month: the cheapest agents that keep it over its window."""
