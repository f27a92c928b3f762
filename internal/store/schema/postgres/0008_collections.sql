-- Accounts that somebody puts together for others to meet (FEP-7aa9): ours, and peers' as far as they are known.
CREATE TABLE collection (
	id           BIGINT PRIMARY KEY,
	site_id      BIGINT NOT NULL REFERENCES site (id),
	account_id   BIGINT NOT NULL,
	local        BOOLEAN NOT NULL DEFAULT FALSE,
	uri          TEXT NOT NULL,
	url          TEXT NOT NULL DEFAULT '',
	name         TEXT NOT NULL,
	description  TEXT NOT NULL DEFAULT '',
	language     TEXT NOT NULL DEFAULT '',
	tag          TEXT NOT NULL DEFAULT '',
	sensitive    BOOLEAN NOT NULL DEFAULT FALSE,
	discoverable BOOLEAN NOT NULL DEFAULT FALSE,
	created_at   BIGINT NOT NULL,
	updated_at   BIGINT NOT NULL,
	UNIQUE (site_id, uri)
);
CREATE INDEX collection_account ON collection (site_id, account_id, id);

-- Who is in a collection, and whether they agree. uri: of the item. authorization_uri: the stamp by which a peer's account
-- agrees; one of ours agrees by this row, whose id its stamp is served under.
CREATE TABLE collection_item (
	id                BIGINT PRIMARY KEY,
	site_id           BIGINT NOT NULL REFERENCES site (id),
	collection_id     BIGINT NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
	account_id        BIGINT NOT NULL,
	uri               TEXT NOT NULL DEFAULT '',
	authorization_uri TEXT NOT NULL DEFAULT '',
	request_uri       TEXT NOT NULL DEFAULT '',
	state             TEXT NOT NULL,
	created_at        BIGINT NOT NULL,
	UNIQUE (collection_id, account_id)
);
CREATE INDEX collection_item_account ON collection_item (site_id, account_id, id);
