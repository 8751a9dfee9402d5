"""The synthetic demo county 演示县: organisations, teachers and hours of nobody, in the size of a real county.

All data here are invented by a seeded generator: no real person, school, town or number stands behind them.
Pure: no clock, no input or output, the same content on every machine and in every supported Python.
"""
