-- The way back. A lost second factor is replaced only after a time in which the account's owner can object: `stop` and
-- `start` are the digests of the tokens mailed for either, and `letter` the message that waits with the second.
create table restorations (
    id text primary key,
    insurer text not null,
    account text not null references accounts (id),
    stop bytea not null unique,
    start bytea not null unique,
    letter text not null,
    asked_at bigint not null,
    ready_at bigint not null,
    expires_at bigint not null,
    stopped_at bigint,
    used_at bigint
);

create index restorations_by_account on restorations (account);
create index restorations_by_expiry on restorations (expires_at);
