-- What goes out by SMS, so that what it costs has an end. Read by SQLite and PostgreSQL alike: text, bigint, boolean and
-- bytea only. Times are microseconds since 1970 UTC.

-- How many went out on a day in Japan: for each insurer (its subject is the code), and for each insurer and range of ten
-- thousand numbers (code and range).
create table sms_days (
    -- As 2026-11-21.
    day text not null,
    -- insurer or prefix.
    scope text not null,
    subject text not null,
    sent bigint not null,
    primary key (day, scope, subject)
);

-- The codes that went to each number of late. A number is kept as a keyed digest.
create table sms_sent (
    -- The message's row in the outbox.
    id text primary key,
    number text not null,
    at bigint not null,
    -- When it, or a later one, was typed rightly: the next need not wait.
    answered_at bigint
);

create index sms_sent_by_number on sms_sent (number, at);
create index sms_sent_by_time on sms_sent (at);
