-- Passkeys. The key itself rests sealed in `factors.secret`; here stands what it is found by and what its owner sees.
-- `credential` is the SHA-256 of the credential's id: no other account may ever hold the same one (Web Authentication
-- §7.1). `transports` is JSON. `sign_count` only grows, where an authenticator counts at all.
create table passkeys (
    factor text primary key references factors (id),
    account text not null references accounts (id),
    credential bytea not null unique,
    name text not null,
    aaguid text not null,
    transports text not null,
    sign_count bigint not null,
    backed_up boolean not null
);

create index passkeys_by_account on passkeys (account);
