"""组织领导: the leading group with its two offices, and the experts 专家智库. [A1] [A3.1] [M6.1.1] [M6.1.2]"""
