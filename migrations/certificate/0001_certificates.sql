-- The certificate portal's own rows. Read by SQLite and PostgreSQL alike: text, bigint, boolean and bytea only.
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
    ended_at bigint
);

create index sessions_by_age on sessions (created_at);

-- What was asked for, by whom, for whom and why. The id is drawn with the form, so that a form applies once.
create table applications (
    id text primary key,
    insurer text not null,
    person_key text not null,
    -- Who asked: issuer and subject of the account.
    applicant text not null,
    reason text not null,
    -- The new address, where there is one; sealed.
    address bytea,
    created_at bigint not null
);

create index applications_by_person on applications (insurer, person_key, created_at);

-- What was issued. `body` is the person as the certificate shows them; sealed.
create table certificates (
    id text primary key,
    application text not null unique references applications (id),
    insurer text not null,
    person_key text not null,
    applicant text not null,
    serial text not null unique,
    body bytea not null,
    issued_at bigint not null,
    valid_until bigint not null,
    cover_ends_at bigint,
    superseded_at bigint,
    revoked_at bigint,
    revoked_for text
);

create index certificates_by_person on certificates (insurer, person_key, issued_at);
create index certificates_by_applicant on certificates (insurer, applicant, issued_at);

-- One certificate per person stands: a second one can only be stored after the first was superseded or revoked.
create unique index certificates_standing on certificates (insurer, person_key)
    where superseded_at is null and revoked_at is null;
