-- The walls of the identity provider. Read by SQLite and PostgreSQL alike: text, bigint, boolean and bytea only.
-- Times are microseconds since 1970 UTC; a moment that has not come is null. Secrets stand here as digests, as
-- Argon2id hashes, or sealed for their own table, column and row.

-- What is decided once for the whole house, such as the issuer, and the epoch that a restore raises.
create table meta (
    key text primary key,
    value text not null
);

-- Work that one node at a time does.
create table leases (
    name text primary key,
    holder text not null,
    until bigint not null
);

-- Logins. No row stands here before a person has arrived.
create table accounts (
    id text primary key,
    language text not null,
    created_at bigint not null,
    locked_at bigint,
    suspended_at bigint,
    closed_at bigint
);

-- Names to sign in with, in the one form under which they are kept: unique on the whole platform.
create table identifiers (
    folded text primary key,
    kind text not null,
    account text not null references accounts (id),
    shown text not null,
    created_at bigint not null
);

create index identifiers_by_account on identifiers (account);

-- Where a person is reached: one address and one phone each. They are names only where `identifiers` says so.
create table contacts (
    account text not null references accounts (id),
    kind text not null,
    value text not null,
    folded text not null,
    proven_at bigint,
    primary key (account, kind)
);

create index contacts_by_value on contacts (kind, folded);

-- What a person can show. `secret` is a password's hash as text, everything else sealed. `failures` counts tries
-- that were not followed by a right one; it is raised before a try is judged.
create table factors (
    id text primary key,
    account text not null references accounts (id),
    kind text not null,
    secret bytea not null,
    failures bigint not null,
    blocked_until bigint,
    last_step bigint,
    created_at bigint not null,
    last_used_at bigint,
    ended_at bigint
);

create index factors_by_account on factors (account);
create unique index factors_one_password on factors (account) where kind = 'password' and ended_at is null;

-- The proven link between an account and a member record. One live one per person and per account at an insurer;
-- `email` and `phone` stand here only where the insurer wants them unique among its members (row C10).
create table memberships (
    insurer text not null,
    id text not null,
    account text not null,
    person_key text not null,
    email text,
    phone text,
    bound_at bigint not null,
    ended_at bigint,
    primary key (insurer, id)
);

create unique index memberships_one_per_person on memberships (insurer, person_key) where ended_at is null;
create unique index memberships_one_per_account on memberships (insurer, account) where ended_at is null;
create unique index memberships_one_per_email on memberships (insurer, email)
    where ended_at is null and email is not null;
create unique index memberships_one_per_phone on memberships (insurer, phone)
    where ended_at is null and phone is not null;
create index memberships_by_account on memberships (account);

-- Which version of a document was accepted, when and how. Rows are only added.
create table acceptances (
    insurer text not null,
    account text not null,
    document text not null,
    version text not null,
    mode text not null,
    channel text not null,
    accepted_at bigint not null,
    primary key (insurer, account, document, version)
);

-- What a version of a document said, by digest: a text that changes without a new version is found out.
create table terms_published (
    owner text not null,
    document text not null,
    version text not null,
    digest bytea not null,
    published_at bigint not null,
    primary key (owner, document, version)
);

-- Signed-in browsers. `id` is stable; the cookie changes with each gain of assurance. `events` is JSON.
create table sessions (
    id text primary key,
    cookie bytea not null unique,
    account text not null references accounts (id),
    insurer text,
    membership text,
    events text not null,
    language text not null,
    user_agent text not null,
    created_at bigint not null,
    last_seen_at bigint not null,
    idle_micros bigint not null,
    ends_at bigint not null,
    ended_at bigint,
    end_reason text
);

create index sessions_by_account on sessions (account);
create index sessions_by_end on sessions (ends_at);

-- The rules a journey began with, by their digest: progress goes on under them.
create table journey_rules (
    digest bytea primary key,
    rules text not null
);

-- Journeys under way. `state` is sealed and is all that exists of a registration before it arrives.
create table journeys (
    id text primary key,
    version bigint not null,
    kind text not null,
    insurer text not null,
    rules bytea not null references journey_rules (digest),
    browser bytea not null,
    state bytea not null,
    created_at bigint not null,
    expires_at bigint not null,
    ended_at bigint,
    outcome text
);

create index journeys_by_expiry on journeys (expires_at);

-- Mailed links. A link is known by its digest and works once.
create table links (
    digest bytea primary key,
    journey text not null,
    purpose text not null,
    expires_at bigint not null,
    used_at bigint
);

create index links_by_journey on links (journey);
create index links_by_expiry on links (expires_at);

-- Invitations that an office mailed. A newer one for the same person ends the older.
create table invitations (
    digest bytea primary key,
    id text not null unique,
    insurer text not null,
    person_key text not null,
    email text not null,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint,
    ended_at bigint
);

create index invitations_by_person on invitations (insurer, person_key);

-- What may be used once and leaves no other row. A row may go when what it names has expired.
create table spent (
    kind text not null,
    digest bytea not null,
    expires_at bigint not null,
    primary key (kind, digest)
);

create index spent_by_expiry on spent (expires_at);

-- Tries that must be counted for certain although nobody is signed in, such as claims on a member record.
create table attempts (
    insurer text not null,
    kind text not null,
    subject text not null,
    failures bigint not null,
    blocked_until bigint,
    window_start bigint not null,
    primary key (insurer, kind, subject)
);

create index attempts_by_window on attempts (window_start);

-- Questions to an office. `message` is sealed.
create table inquiries (
    insurer text not null,
    id text not null,
    email text not null,
    language text not null,
    message bytea not null,
    created_at bigint not null,
    answered_at bigint,
    primary key (insurer, id)
);

create index inquiries_by_time on inquiries (insurer, created_at);

-- What happened. Rows are only added; `mac` covers every other column. The house's own events have the insurer '-'.
create table audit_events (
    insurer text not null,
    id text not null,
    at bigint not null,
    event text not null,
    result text not null,
    actor text not null,
    account text,
    detail text not null,
    mac bytea not null,
    key_id text not null,
    primary key (insurer, id)
);

create index audit_events_by_time on audit_events (insurer, at);
create index audit_events_by_account on audit_events (account, at);

-- The chain over committed events, one an insurer, numbered from 1. Rows are only added, by the sealer; the reference
-- keeps a sealed event from being deleted.
create table audit_seals (
    insurer text not null,
    seq bigint not null,
    event_id text not null,
    prev_hash bytea not null,
    hash bytea not null,
    key_id text not null,
    sealed_at bigint not null,
    primary key (insurer, seq),
    unique (insurer, event_id),
    foreign key (insurer, event_id) references audit_events (insurer, id)
);

-- Events that wait for the sealer: written with the event, gone with its seal.
create table audit_unsealed (
    insurer text not null,
    event_id text not null,
    primary key (insurer, event_id),
    foreign key (insurer, event_id) references audit_events (insurer, id)
);

-- A principal lets another account act within a scope for a time.
create table delegations (
    insurer text not null,
    id text not null,
    principal text not null,
    delegate text not null,
    scope text not null,
    created_at bigint not null,
    starts_at bigint not null,
    ends_at bigint not null,
    ended_at bigint,
    primary key (insurer, id)
);

create index delegations_by_delegate on delegations (delegate);

-- Dated messages on pages.
create table notices (
    insurer text not null,
    id text not null,
    place text not null,
    ja text not null,
    en text not null,
    starts_at bigint not null,
    ends_at bigint not null,
    primary key (insurer, id)
);
