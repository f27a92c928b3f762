-- What somebody signs in with beside a password, and what is written down of it.

-- Time-based codes (RFC 6238): the secret is sealed; confirmed_at 0: being set up. No code of a step up to last_step
-- works any more.
CREATE TABLE totp (
	account_id   BIGINT PRIMARY KEY,
	site_id      BIGINT NOT NULL REFERENCES site (id),
	secret       BYTEA NOT NULL,
	last_step    BIGINT NOT NULL DEFAULT 0,
	created_at   BIGINT NOT NULL,
	confirmed_at BIGINT NOT NULL DEFAULT 0
);

-- Codes for when the other factor is lost; one that was used is gone.
CREATE TABLE recovery_code (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	hash       BYTEA NOT NULL,
	created_at BIGINT NOT NULL,
	UNIQUE (site_id, account_id, hash)
);

-- handle is the ID that the authenticator gave the passkey; credential is all that WebAuthn wants kept of it.
CREATE TABLE passkey (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	handle     BYTEA NOT NULL,
	name       TEXT NOT NULL,
	credential TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	used_at    BIGINT NOT NULL DEFAULT 0,
	UNIQUE (site_id, handle)
);
CREATE INDEX passkey_account ON passkey (site_id, account_id);

-- Questions that were answered: an answer counts once.
CREATE TABLE answered (
	site_id    BIGINT NOT NULL REFERENCES site (id),
	hash       BYTEA NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (site_id, hash)
);
CREATE INDEX answered_age ON answered (created_at);

-- What happened to how somebody signs in; addresses are shortened, device is a hash.
CREATE TABLE security_event (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	kind       TEXT NOT NULL,
	name       TEXT NOT NULL DEFAULT '',
	agent      TEXT NOT NULL DEFAULT '',
	address    TEXT NOT NULL DEFAULT '',
	device     BYTEA NOT NULL DEFAULT '',
	notice     BOOLEAN NOT NULL DEFAULT FALSE,
	created_at BIGINT NOT NULL
);
CREATE INDEX security_event_account ON security_event (site_id, account_id, id);
CREATE INDEX security_event_age ON security_event (created_at);

-- When the session's person last proved who they are, and up to which event they have seen notices in it.
ALTER TABLE session ADD COLUMN proven_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN notice_id BIGINT NOT NULL DEFAULT 0;
-- The newest event that a person should see.
ALTER TABLE person ADD COLUMN notice_id BIGINT NOT NULL DEFAULT 0;
