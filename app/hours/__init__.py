"""The hours ledger 学时台账."""
