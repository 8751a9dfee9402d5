"""Who may do what: permissions, visibility of rows, the principal and the context of a request 访问控制."""
