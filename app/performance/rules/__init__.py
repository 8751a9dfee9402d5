"""Rules of the scorecard: pure functions over counts and marks."""
