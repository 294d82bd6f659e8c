-- The role with which PgBouncer looks up passwords, and the one function that it may call. Run again, it changes nothing.
\set ON_ERROR_STOP on
\getenv auth_password AUTH_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', :'auth_user')
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = :'auth_user') \gexec
BEGIN;
SET LOCAL password_encryption = 'scram-sha-256';
SET LOCAL log_statement = 'none';
ALTER ROLE :"auth_user" LOGIN PASSWORD :'auth_password';
CREATE SCHEMA IF NOT EXISTS :"auth_user";
-- Whoever made the schema before must not own what runs in it with a superuser's rights.
ALTER SCHEMA :"auth_user" OWNER TO CURRENT_USER;
REVOKE ALL ON SCHEMA :"auth_user" FROM PUBLIC;
-- Superusers and replication users stay out, and so does everybody whose password has expired (CVE-2025-2291).
CREATE OR REPLACE FUNCTION :"auth_user".user_lookup(i_username text, OUT uname text, OUT phash text)
RETURNS record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
  SELECT rolname::text, CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword END
  FROM pg_catalog.pg_authid
  WHERE rolname = i_username AND rolcanlogin AND NOT rolsuper AND NOT rolreplication
$function$;
ALTER FUNCTION :"auth_user".user_lookup(text) OWNER TO CURRENT_USER;
REVOKE ALL ON FUNCTION :"auth_user".user_lookup(text) FROM PUBLIC;
GRANT USAGE ON SCHEMA :"auth_user" TO :"auth_user";
GRANT EXECUTE ON FUNCTION :"auth_user".user_lookup(text) TO :"auth_user";
COMMIT;
