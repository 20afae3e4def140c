-- Who is told of new bills, and what is on its way to them.

-- Members who wish to hear of new bills. `body` is the proven address and the language, sealed; none once the wish or the
-- cover has ended. What older claims say does not undo what newer ones said; a row that no visit confirmed for long goes.
create table subscribers (
    insurer text not null,
    person text not null,
    body bytea,
    -- The first moment without cover, once it is known.
    cover_ends_at bigint,
    -- When the identity provider said so.
    confirmed_at bigint not null,
    primary key (insurer, person)
);

create index subscribers_by_age on subscribers (confirmed_at);

-- Whom a delivery was announced to: once per delivery and person.
create table notices (
    insurer text not null,
    import bigint not null,
    person text not null,
    -- What is on its way, to be called back when the wish ends.
    outbox text,
    made_at bigint not null,
    primary key (insurer, person, import)
);

create index notices_by_age on notices (made_at);

-- The key that signs XML files: one, made by whichever node needs it first. `body` is sealed; `public_key` is the
-- SubjectPublicKeyInfo in DER.
create table signing_keys (
    place text primary key,
    kid text not null unique,
    body bytea not null,
    public_key bytea not null,
    created_at bigint not null
);
