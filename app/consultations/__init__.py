"""Consultations and briefings 会商与简报: reports of ten days, summaries of a month, meetings, issues. [A3.4]"""
