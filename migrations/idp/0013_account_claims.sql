-- What an office tells of a person that no record says and no step asks for: standard claims of OpenID Connect Core §5.1
-- (`middle_name`, `profile`, `picture`, `website`). Read by SQLite and PostgreSQL alike: text and bigint only. Times are
-- microseconds since 1970 UTC.
create table account_claims (
    account text not null references accounts (id),
    name text not null,
    value text not null,
    set_at bigint not null,
    primary key (account, name)
);
