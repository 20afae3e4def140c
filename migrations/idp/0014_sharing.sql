-- Whether a dependent lets the insured person of the household see their medical-cost notices. By person, not by
-- membership: what somebody said goes on when they come back under new numbers. No row: they said nothing.
create table sharing (
    insurer text not null,
    person_key text not null,
    shares boolean not null,
    -- Who said it.
    account text not null references accounts (id),
    decided_at bigint not null,
    primary key (insurer, person_key)
);

create index sharing_by_account on sharing (account);
