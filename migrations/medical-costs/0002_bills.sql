-- Bills of treatments, as insurers deliver them. Months are numbers like 202609, amounts are yen.

-- Deliveries. Each insurer's are numbered from 1.
create table imports (
    insurer text not null,
    number bigint not null,
    started_at bigint not null,
    -- Moves while it runs: one that stands still has lost its process.
    alive_at bigint not null,
    ended_at bigint,
    -- merged, tried, held, failed or lost.
    outcome text,
    read bigint,
    refused bigint,
    outdated bigint,
    added bigint,
    corrections bigint,
    changed bigint,
    known bigint,
    -- The months that its rows are of, once they are merged.
    since bigint,
    until bigint,
    -- When everybody who wished to hear of it was written to.
    announced_at bigint,
    primary key (insurer, number)
);

-- One import of an insurer runs at a time.
create unique index imports_running on imports (insurer) where ended_at is null;

-- Every row that was merged: originals, what takes from them, what replaced them.
create table bills (
    insurer text not null,
    -- The insurer's stable key of the patient.
    person text not null,
    month bigint not null,
    -- The digest of the row as it was delivered, and which of several equal rows of one file it was: what makes a row
    -- that is delivered again the same row.
    content bytea not null,
    copy bigint not null,
    -- The institution's code, or its name where it has none: what corrections go by.
    place text not null,
    institution text not null,
    institution_code text not null,
    kind text not null,
    -- Which original of this person, month, place and kind it is, or which one it corrects.
    number bigint not null,
    -- Whether it takes from that original.
    takes boolean not null,
    days bigint not null,
    total bigint not null,
    meal_total bigint not null,
    insurer_paid bigint not null,
    public_paid bigint not null,
    patient_paid bigint not null,
    meal_copay bigint not null,
    refund bigint not null,
    additional bigint not null,
    -- When something was paid back, as YYYY-MM-DD.
    paid_on text,
    -- The delivery it came with, the last one that said what was paid back, and the one that replaced it.
    import bigint not null,
    changed_by bigint,
    replaced_by bigint,
    primary key (insurer, person, month, content, copy)
);

-- Who is written to about a delivery.
create index bills_by_import on bills (insurer, import, person);
create index bills_by_change on bills (insurer, changed_by, person) where changed_by is not null;

-- The rows of an import under way. They are merged in one transaction or forgotten.
create table staging (
    insurer text not null,
    import bigint not null,
    line bigint not null,
    person text not null,
    month bigint not null,
    content bytea not null,
    copy bigint not null,
    place text not null,
    institution text not null,
    institution_code text not null,
    kind text not null,
    -- The number of the original that is corrected; null for an original.
    corrects bigint,
    takes boolean not null,
    days bigint not null,
    total bigint not null,
    meal_total bigint not null,
    insurer_paid bigint not null,
    public_paid bigint not null,
    patient_paid bigint not null,
    meal_copay bigint not null,
    refund bigint not null,
    additional bigint not null,
    paid_on text,
    primary key (insurer, import, person, month, content, line)
);

-- Corrections are few, and are merged one after the other.
create index staging_corrections on staging (insurer, import, line) where corrects is not null;
