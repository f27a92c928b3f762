-- Web push: the key of each site (VAPID), and where apps want to be told.

CREATE TABLE push_key (
	site_id    BIGINT PRIMARY KEY REFERENCES site (id),
	private    BYTEA NOT NULL,
	created_at BIGINT NOT NULL
);

-- One for each access token, or for each browser that is signed in. sealed is the token, encrypted under a key that does not
-- stand here.
CREATE TABLE push_subscription (
	id         BIGINT PRIMARY KEY,
	site_id    BIGINT NOT NULL REFERENCES site (id),
	account_id BIGINT NOT NULL,
	token_id   BIGINT NOT NULL,
	session_id BIGINT NOT NULL,
	endpoint   TEXT NOT NULL,
	p256dh     BYTEA NOT NULL,
	auth       BYTEA NOT NULL,
	standard   BOOLEAN NOT NULL,
	alerts     TEXT NOT NULL,
	policy     TEXT NOT NULL,
	sealed     BYTEA NOT NULL,
	created_at BIGINT NOT NULL,
	UNIQUE (site_id, token_id, session_id)
);
CREATE INDEX push_subscription_account ON push_subscription (site_id, account_id);
CREATE INDEX push_subscription_endpoint ON push_subscription (site_id, endpoint);
