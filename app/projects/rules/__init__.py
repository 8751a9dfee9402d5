"""Rules of training projects; pure functions over the pack's figures. [M3.2] [A2.2] [A4.2]"""
