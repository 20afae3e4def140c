-- The portal's own rows. Read by SQLite and PostgreSQL alike: text, bigint, boolean and bytea only.
-- Times are microseconds since 1970 UTC.

-- Signed-in browsers, as the portal kit keeps them. `cookie` is a digest; `claims` and `id_token` are sealed.
create table sessions (
    id text primary key,
    cookie bytea not null unique,
    -- The digest of the state the session came from: an answer makes one session, never two.
    signin bytea not null unique,
    issuer text not null,
    subject text not null,
    insurer text not null,
    acr text not null,
    auth_at bigint,
    claims bytea not null,
    claims_read_at bigint not null,
    id_token bytea not null,
    created_at bigint not null,
    last_seen_at bigint not null,
    ends_at bigint not null,
    ended_at bigint,
    -- The provider's name of the sign-in that a session came from: by it the provider says that it has ended.
    sid text
);

create index sessions_by_age on sessions (created_at);
create index sessions_by_sid on sessions (sid);
create index sessions_by_subject on sessions (subject);

-- News of sign-outs that was heard from the provider, by the digest of its name: each counts once.
create table heard (
    jti bytea primary key,
    heard_at bigint not null
);

create index heard_by_age on heard (heard_at);
