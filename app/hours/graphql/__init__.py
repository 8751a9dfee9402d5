"""GraphQL of the hours ledger."""

from app.hours.graphql import certificates, closings, files, ledger, reports, seals

__all__ = ["MUTATIONS", "NODES", "QUERIES", "files"]
QUERIES = (ledger.Query, closings.Query, reports.Query, seals.Query)
MUTATIONS = (ledger.Mutation, closings.Mutation, certificates.Mutation, seals.Mutation)
NODES = {**ledger.NODES}
