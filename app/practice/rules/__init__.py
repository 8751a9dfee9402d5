"""Rules of the return practice; pure functions. [M5.3] [A2.5a] [A4.5]"""
