"""Turns values into words, colours and charts for templates."""
