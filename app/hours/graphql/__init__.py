"""GraphQL of the hours ledger."""

from app.access.graph import Batch
from app.hours.graphql import certificates, closings, disputes, ledger, reports, seals

QUERIES = (ledger.Query, disputes.Query, closings.Query, reports.Query, seals.Query)
MUTATIONS = (ledger.Mutation, disputes.Mutation, closings.Mutation, certificates.Mutation, seals.Mutation)
NODES: dict[str, Batch] = {**ledger.NODES, **disputes.NODES}
