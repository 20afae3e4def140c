-- Member records (加入者), as the insurers' extracts had them last. Dates are text, 2026-11-21: days have no time zone.
-- `symbol_nz` and `number_nz` are the normal forms without leading zeros, by which persons are looked up; `kana_fold`
-- is null when the name is no kana, and `fold_version` names the table and options it was folded by. `content` is the
-- digest of the record: an import changes a row only when it differs.
create table members (
    insurer text not null,
    person_key text not null,
    household_key text not null,
    insurer_number text not null,
    establishment text not null,
    symbol text not null,
    symbol_nz text not null,
    number text not null,
    number_nz text not null,
    branch text,
    position text not null,
    class text not null,
    relationship text not null,
    kana text not null,
    kana_fold text,
    fold_version bigint not null,
    name text not null,
    sex text not null,
    birth_date text not null,
    acquired_on text not null,
    lost_on text,
    loss_reason text not null,
    burden bigint,
    burden_from text,
    postal_code text,
    address_1 text,
    address_2 text,
    address_3 text,
    address_4 text,
    phone text,
    email text,
    language text not null,
    suppressed boolean not null,
    household_refused boolean not null,
    card_registered boolean,
    confirmation_issued_on text,
    confirmation_valid_until text,
    former_marks text not null,
    updated_at bigint,
    content bytea not null,
    imported_at bigint not null,
    primary key (insurer, person_key)
);

create index members_by_number on members (insurer, symbol_nz, number_nz);
create index members_by_household on members (insurer, household_key);

-- The rows of an import under way, before they are merged in one short transaction. `deletes` marks a person to be
-- forgotten, whose other columns are null.
create table member_staging (
    import text not null,
    line bigint not null,
    deletes boolean not null,
    insurer text not null,
    person_key text not null,
    household_key text,
    insurer_number text,
    establishment text,
    symbol text,
    symbol_nz text,
    number text,
    number_nz text,
    branch text,
    position text,
    class text,
    relationship text,
    kana text,
    kana_fold text,
    fold_version bigint,
    name text,
    sex text,
    birth_date text,
    acquired_on text,
    lost_on text,
    loss_reason text,
    burden bigint,
    burden_from text,
    postal_code text,
    address_1 text,
    address_2 text,
    address_3 text,
    address_4 text,
    phone text,
    email text,
    language text,
    suppressed boolean,
    household_refused boolean,
    card_registered boolean,
    confirmation_issued_on text,
    confirmation_valid_until text,
    former_marks text,
    updated_at bigint,
    content bytea,
    primary key (import, person_key)
);

-- The imports of each insurer, and what became of them. One at a time runs: `alive_at` tells one that runs from one
-- whose process was lost.
create table member_imports (
    id text primary key,
    insurer text not null,
    started_at bigint not null,
    alive_at bigint not null,
    ended_at bigint,
    outcome text,
    rows_read bigint,
    rows_refused bigint,
    added bigint,
    changed bigint,
    unchanged bigint,
    lost bigint,
    deleted bigint
);

create unique index member_imports_one_at_a_time on member_imports (insurer) where ended_at is null;
create index member_imports_by_time on member_imports (insurer, started_at);
