-- Accounts that somebody puts together for others to meet (FEP-7aa9): ours, and peers' as far as they are known.
CREATE TABLE collection (
	id           INTEGER PRIMARY KEY,
	site_id      INTEGER NOT NULL REFERENCES site (id),
	account_id   INTEGER NOT NULL,
	local        INTEGER NOT NULL DEFAULT 0 CHECK (local IN (0, 1)),
	uri          TEXT NOT NULL,
	url          TEXT NOT NULL DEFAULT '',
	name         TEXT NOT NULL,
	description  TEXT NOT NULL DEFAULT '',
	language     TEXT NOT NULL DEFAULT '',
	tag          TEXT NOT NULL DEFAULT '',
	sensitive    INTEGER NOT NULL DEFAULT 0 CHECK (sensitive IN (0, 1)),
	discoverable INTEGER NOT NULL DEFAULT 0 CHECK (discoverable IN (0, 1)),
	created_at   INTEGER NOT NULL,
	updated_at   INTEGER NOT NULL,
	UNIQUE (site_id, uri)
) STRICT;
CREATE INDEX collection_account ON collection (site_id, account_id, id);

-- Who is in a collection, and whether they agree. uri: of the item. authorization_uri: the stamp by which a peer's account
-- agrees; one of ours agrees by this row, whose id its stamp is served under.
CREATE TABLE collection_item (
	id                INTEGER PRIMARY KEY,
	site_id           INTEGER NOT NULL REFERENCES site (id),
	collection_id     INTEGER NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
	account_id        INTEGER NOT NULL,
	uri               TEXT NOT NULL DEFAULT '',
	authorization_uri TEXT NOT NULL DEFAULT '',
	request_uri       TEXT NOT NULL DEFAULT '',
	state             TEXT NOT NULL,
	created_at        INTEGER NOT NULL,
	UNIQUE (collection_id, account_id)
) STRICT;
CREATE INDEX collection_item_account ON collection_item (site_id, account_id, id);
