-- The provider's refresh token of a session's sign-in, sealed: by it the claims are read again without the browser.
-- None where the provider gave none, and none once the session has ended.
alter table sessions add column refresh_token bytea;
