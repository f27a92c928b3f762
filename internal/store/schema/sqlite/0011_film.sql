-- Films and sounds that wait to be made into what can be shown. turn is how many of its owner's came before it and still
-- waited: so many who send at once take turns. lease_until is 0 while nobody works on it.
CREATE TABLE film (
	media_id    INTEGER PRIMARY KEY,
	site_id     INTEGER NOT NULL REFERENCES site (id),
	account_id  INTEGER NOT NULL,
	key         TEXT NOT NULL,
	turn        INTEGER NOT NULL,
	tries       INTEGER NOT NULL DEFAULT 0,
	lease_until INTEGER NOT NULL DEFAULT 0,
	node        TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX film_turn ON film (turn, media_id);
-- One at a time for each person, on however many nodes.
CREATE UNIQUE INDEX film_one ON film (account_id) WHERE lease_until <> 0;

-- Pictures that are part of no post: of profiles, and the site's own emoji (account_id 0). The key names a file in the blob
-- store, and stands in its address.
CREATE TABLE picture (
	key        TEXT PRIMARY KEY,
	site_id    INTEGER NOT NULL REFERENCES site (id),
	account_id INTEGER NOT NULL,
	type       TEXT NOT NULL,
	bytes      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX picture_account ON picture (site_id, account_id);
