"""Rules of workshops; pure functions over plain facts and the pack's figures. [A6.1] [M7.1a]"""
