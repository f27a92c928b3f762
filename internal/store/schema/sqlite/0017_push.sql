-- Web push: the key of each site (VAPID), and where apps want to be told.

CREATE TABLE push_key (
	site_id    INTEGER PRIMARY KEY REFERENCES site (id),
	private    BLOB NOT NULL,
	created_at INTEGER NOT NULL
) STRICT;

-- One for each access token, or for each browser that is signed in. sealed is the token, encrypted under a key that does not
-- stand here.
CREATE TABLE push_subscription (
	id         INTEGER PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	token_id   INTEGER NOT NULL,
	session_id INTEGER NOT NULL,
	endpoint   TEXT NOT NULL,
	p256dh     BLOB NOT NULL,
	auth       BLOB NOT NULL,
	standard   INTEGER NOT NULL CHECK (standard IN (0, 1)),
	alerts     TEXT NOT NULL,
	policy     TEXT NOT NULL,
	sealed     BLOB NOT NULL,
	created_at INTEGER NOT NULL,
	UNIQUE (site_id, token_id, session_id)
) STRICT;
CREATE INDEX push_subscription_account ON push_subscription (site_id, account_id);
CREATE INDEX push_subscription_endpoint ON push_subscription (site_id, endpoint);
