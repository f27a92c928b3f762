-- What few posts and accounts have stands in JSON beside the columns; what is searched has a column of its own.
-- quote_of_id: the quoted post, when it is known here. held: an answer that waits for the leave of whom it answers.

ALTER TABLE post ADD COLUMN quote_of_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE post ADD COLUMN quote_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE post ADD COLUMN held BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE post ADD COLUMN extra TEXT NOT NULL DEFAULT '';
CREATE INDEX post_quote ON post (site_id, quote_of_id, id) WHERE quote_of_id <> 0;

ALTER TABLE account ADD COLUMN extra TEXT NOT NULL DEFAULT '';
