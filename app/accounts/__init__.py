"""Accounts, tokens, API clients and how a request gets its context 账号·令牌."""
