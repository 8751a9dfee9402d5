"""GraphQL of the trainer team."""

from app.access.graph import Batch
from app.trainers.graphql import applications, appointments, communities, inputs, work

QUERIES = (appointments.Query, applications.Query, work.Query, communities.Query, inputs.Query)
MUTATIONS = (appointments.Mutation, applications.Mutation, work.Mutation, communities.Mutation, inputs.Mutation)
NODES: dict[str, Batch] = {**appointments.NODES, **applications.NODES}
