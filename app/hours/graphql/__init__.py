"""GraphQL of the hours ledger and of school sheets."""

from app.access.graph import Batch
from app.hours.graphql import certificates, closings, ledger, reports, submissions

QUERIES = (ledger.Query, closings.Query, reports.Query, submissions.Query)
MUTATIONS = (ledger.Mutation, closings.Mutation, certificates.Mutation, submissions.Mutation)
NODES: dict[str, Batch] = {**ledger.NODES, **submissions.NODES}
