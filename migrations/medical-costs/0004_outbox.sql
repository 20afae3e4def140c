-- What is to be sent. A row is written with the change that causes it and erased
-- when it is delivered or has expired; what cannot be delivered stays, without its content once it has expired, until an
-- operator has seen it. Read by SQLite and PostgreSQL alike: text, bigint, boolean and bytea only.
-- Times are microseconds since 1970 UTC.
create table outbox (
    id text primary key,
    kind text not null,
    -- mail, sms or call: each lane has its own senders.
    lane text not null,
    -- The host or domain it goes to, so that a slow one holds up only itself.
    target text not null,
    -- What it says, sealed; null once a dead letter has expired.
    payload bytea,
    created_at bigint not null,
    expires_at bigint not null,
    -- Not to be tried before.
    due_at bigint not null,
    -- Counted when claimed, so that a try that ends with its process counts too.
    attempts bigint not null,
    -- Who holds it, and until when: whoever lost the claim changes nothing any more.
    claim text,
    claimed_until bigint,
    -- A dead letter, and why.
    dead_at bigint,
    reason text
);

create index outbox_by_due on outbox (lane, due_at) where dead_at is null;

create index outbox_by_expiry on outbox (expires_at);
