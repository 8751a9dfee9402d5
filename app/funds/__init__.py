"""经费: budget lines and payments, expert fees, and reimbursements of trainees' costs. [M6.1.2] [M6.2.2] [M6.3.2]"""
