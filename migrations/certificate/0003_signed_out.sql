-- What the provider says of sign-outs.

-- The provider's name of the sign-in that a session came from: by it the provider says that it has ended. None in
-- sessions of before.
alter table sessions add column sid text;

create index sessions_by_sid on sessions (sid);
create index sessions_by_subject on sessions (subject);

-- News that was heard, by the digest of its name: each counts once.
create table heard (
    jti bytea primary key,
    heard_at bigint not null
);

create index heard_by_age on heard (heard_at);
