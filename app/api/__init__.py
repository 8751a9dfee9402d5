"""The two doors put together: REST, GraphQL, errors and documentation pages."""
