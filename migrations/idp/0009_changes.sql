-- What people change of their own accounts.

-- When an account ends that its owner closed; null when it was not closed, or when its owner kept it. `closed_at` comes
-- when that moment has passed. A chosen login ID of a closed account stays nobody's for a year.
alter table accounts add column closing_at bigint;
create index accounts_by_closing on accounts (closing_at) where closing_at is not null and closed_at is null;
create index accounts_by_closed on accounts (closed_at) where closed_at is not null;

-- Changes of an address that whoever reads the one before can undo: `token` is the digest of what was mailed there,
-- `email` that address.
create table undos (
    token bytea primary key,
    insurer text not null,
    account text not null references accounts (id),
    email text not null,
    made_at bigint not null,
    expires_at bigint not null,
    used_at bigint,
    ended_at bigint
);

create index undos_by_account on undos (account);
create index undos_by_expiry on undos (expires_at);

-- The wishes of an account that ends, at whichever insurers.
create index opt_ins_by_account on opt_ins (account);
