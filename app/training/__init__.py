"""Training 育: questionnaires, course designs, sessions, attendance, scores, completion. [A2.3a] [A2.3b]"""
