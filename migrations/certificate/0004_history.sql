-- What became of a certificate, for its history: who took it back, and what they say about it.

-- Who at the insurer's office took it back; null where the portal did, because the cover had changed.
alter table certificates add column revoked_by text;
-- What the office says about it to the member; sealed.
alter table certificates add column revoked_note bytea;
