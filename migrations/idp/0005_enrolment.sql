-- What registrations of several kinds leave behind: pre-issued IDs, nicknames, wishes, and links that replace others.

-- The pre-issued ID of a person, folded, as the insurer's template made it at the last import; null for who has none.
alter table members add column given_id text;
create index members_by_given_id on members (insurer, given_id) where given_id is not null;

alter table member_staging add column given_id text;

-- What a person wants to be called; empty where nothing was chosen.
alter table accounts add column nickname text not null default '';

-- Whom a mailed link is about, as a digest, where a newer one takes the place of those before (row B39).
alter table links add column subject bytea;
create index links_by_subject on links (subject) where subject is not null;

-- Journeys under way, by the browser that walks them.
create index journeys_by_browser on journeys (browser) where ended_at is null;

-- What a person wants to be told of by an insurer. A wish that was taken back keeps its row.
create table opt_ins (
    insurer text not null,
    account text not null references accounts (id),
    topic text not null,
    chosen_at bigint not null,
    ended_at bigint,
    primary key (insurer, account, topic)
);
