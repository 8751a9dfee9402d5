#!/bin/sh
# Runs once, when the data directory is empty: the owner of the tables, the service role, and the database.
# The service role owns nothing and passes no wall; what it may do is granted by the migrations.
set -eu

psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
    --set owner_password="$SHIXUN_OWNER_PASSWORD" --set service_password="$SHIXUN_SERVICE_PASSWORD" <<'SQL'
CREATE ROLE shixun_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION
    PASSWORD :'owner_password';
CREATE ROLE shixun_service LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION
    PASSWORD :'service_password';
CREATE DATABASE shixun OWNER shixun_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE shixun FROM PUBLIC;
GRANT CONNECT ON DATABASE shixun TO shixun_service;
SQL
