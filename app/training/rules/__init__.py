"""Rules of training 育: pure functions of plain values. [A2.3a] [A2.3b] [A4.2]"""
