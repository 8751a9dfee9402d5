"""Foundations that know nothing about education and read no settings."""
