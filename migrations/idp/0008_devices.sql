-- Browsers in which somebody arrived as an account: one live row for each account in each browser. `digest` is of the
-- secret in the browser's cookie, the same for all accounts there. Tries of the password on a device count here, so
-- that those of strangers keep nobody out on a device they have used. A second factor that was shown in sign-ins at
-- `remembered_by` need not be shown there again before `remembered_until`, unless a factor changed after
-- `remembered_at`.
create table devices (
    id text primary key,
    account text not null references accounts (id),
    digest bytea not null,
    user_agent text not null,
    first_seen_at bigint not null,
    last_seen_at bigint not null,
    remembered_by text,
    remembered_at bigint,
    remembered_until bigint,
    failures bigint not null,
    blocked_until bigint,
    ended_at bigint
);

create unique index devices_live on devices (digest, account) where ended_at is null;
create index devices_by_account on devices (account);
create index devices_by_time on devices (last_seen_at);
create index devices_by_end on devices (ended_at);

-- The device on which a session is used.
alter table sessions add column device text;
