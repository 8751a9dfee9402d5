"""GraphQL of the trainer team."""

from app.access.graph import Batch
from app.trainers.graphql import applications, appointments

QUERIES = (appointments.Query, applications.Query)
MUTATIONS = (appointments.Mutation, applications.Mutation)
NODES: dict[str, Batch] = {**appointments.NODES, **applications.NODES}
