"""Runs Doorward and its limits in turns, reads what each costs, and writes it down. The standard library alone."""
