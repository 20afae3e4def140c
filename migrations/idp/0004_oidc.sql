-- Relying parties, what they were given, what people allowed them, and the keys that sign.

-- Registered clients, as `clients.toml` says. `registration` is that text as JSON; a client that is taken out of the
-- file ends, and with it everything it was given.
create table clients (
    id text primary key,
    profile text not null,
    registration text not null,
    applied_at bigint not null,
    ended_at bigint
);

-- What a client was given for one authorization. Its facts are frozen when a code is spent, which the unique digest
-- decides; a grant can only end. `scopes`, `claims`, `resources` and `amr` are JSON. `dpop_jkt` names the key that a
-- public client's tokens are bound to.
create table grants (
    id text primary key,
    code_digest bytea not null unique,
    client text not null references clients (id),
    account text not null,
    insurer text not null,
    membership text not null,
    person_key text not null,
    session text not null,
    scopes text not null,
    claims text not null,
    resources text not null,
    auth_time bigint not null,
    acr text not null,
    amr text not null,
    dpop_jkt text,
    -- What the refresh tokens of a public client are computed from, and which of them lives.
    salt bytea,
    generation bigint not null default 0,
    rotated_at bigint,
    offline boolean not null,
    created_at bigint not null,
    ended_at bigint,
    end_reason text
);

create index grants_by_session on grants (session);
create index grants_by_account on grants (account);
create index grants_by_client on grants (client);

-- Which scopes a person allowed a client, remembered beyond sessions.
create table consents (
    account text not null,
    client text not null references clients (id),
    scopes text not null,
    given_at bigint not null,
    primary key (account, client)
);

-- Signing keys. `private` is sealed PKCS #8, `public` a JWK. `ordinal` counts the keys of an algorithm: of several nodes
-- that make the next key at once, one does. A key is served from `published_at`, signs from `signs_from` until
-- `signs_until`, and is served until `served_until`.
create table signing_keys (
    kid text primary key,
    alg text not null,
    ordinal bigint not null,
    public text not null,
    private bytea not null,
    published_at bigint not null,
    signs_from bigint not null,
    signs_until bigint,
    served_until bigint,
    unique (alg, ordinal)
);
