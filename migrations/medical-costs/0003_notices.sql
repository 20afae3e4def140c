-- Who is told of new bills, and what is on its way to them.

-- Members who wish to hear of new bills. `body` is the proven address and the language, sealed. A row goes when the
-- wish or the cover has ended, or was not confirmed by a visit for long.
create table subscribers (
    insurer text not null,
    person text not null,
    body bytea not null,
    -- The first moment without cover, once it is known.
    cover_ends_at bigint,
    confirmed_at bigint not null,
    primary key (insurer, person)
);

create index subscribers_by_age on subscribers (confirmed_at);

-- Whom a delivery was announced to: once per delivery and person.
create table notices (
    insurer text not null,
    import bigint not null,
    person text not null,
    made_at bigint not null,
    primary key (insurer, import, person)
);

-- The key that signs XML files: one, made by whichever node needs it first. `body` is sealed; `public_key` is the
-- SubjectPublicKeyInfo in DER.
create table signing_keys (
    place text primary key,
    kid text not null unique,
    body bytea not null,
    public_key bytea not null,
    created_at bigint not null
);
