-- Somebody who lost all factors waits to get their account back: until ready_at anybody who is signed in may stop it.
CREATE TABLE recovery (
	account_id BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	stop_hash  BYTEA NOT NULL,
	agent      TEXT NOT NULL DEFAULT '',
	address    TEXT NOT NULL DEFAULT '',
	asked_at   BIGINT NOT NULL,
	ready_at   BIGINT NOT NULL
);
CREATE UNIQUE INDEX recovery_stop ON recovery (site_id, stop_hash);
CREATE INDEX recovery_age ON recovery (ready_at);
