-- Clients that registered themselves (RFC 7591), beside those of `clients.toml`, and what clients' pages show.

-- `file` or `registered`: what the file does not name is ended only when an operator says so.
alter table clients add column origin text not null default 'file';

-- What lets somebody register clients: the digest of a token that is shown once, what such clients may be given (JSON),
-- and how many may still be registered with it.
create table registration_invitations (
    id text primary key,
    digest bytea not null unique,
    allowance text not null,
    uses_left bigint not null,
    created_at bigint not null,
    expires_at bigint not null
);

create index registration_invitations_by_expiry on registration_invitations (expires_at);

-- Whoever registered a client manages it with a token (RFC 7592), of which the digest is kept, within what the invitation
-- allowed at that time.
create table registrations (
    client text primary key references clients (id),
    digest bytea not null unique,
    invitation text not null,
    allowance text not null,
    registered_at bigint not null
);

-- Pictures that clients are known by, as they were when the client was registered: pages load nothing from elsewhere.
create table client_logos (
    client text primary key references clients (id),
    kind text not null,
    content bytea not null
);
