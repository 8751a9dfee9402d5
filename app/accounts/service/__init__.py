"""Use cases of accounts: sign-in, own sessions, accounts and grants, API clients, audit log."""
