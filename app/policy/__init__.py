"""The regulation as data: what it demands from which day, and the findings its rules answer with."""
