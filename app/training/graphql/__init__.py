"""GraphQL of training 育."""

from app.training.graphql import before, during, results

QUERIES = (before.Query, during.Query, results.Query)
MUTATIONS = (before.Mutation, during.Mutation, results.Mutation)
