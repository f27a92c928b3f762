-- What posts are found by: terms that our own code makes (kit/text), the same on both engines. Only posts that somebody may
-- find stand in it (core/social/index.go); rowid is the ID of the post, by the name that SQLite gives it.
CREATE TABLE post_search (
	rowid BIGINT PRIMARY KEY,
	words TSVECTOR NOT NULL
);
CREATE INDEX post_search_words ON post_search USING gin (words);

-- How far back the posts of a site stand in the index: all above this ID do. Without a row: none of those from before the index.
CREATE TABLE search_state (
	site_id BIGINT PRIMARY KEY,
	down_to BIGINT NOT NULL
);

-- The words that collections are found by.
CREATE TABLE collection_word (
	site_id       BIGINT NOT NULL,
	word          TEXT COLLATE "C" NOT NULL,
	collection_id BIGINT NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
	PRIMARY KEY (site_id, word, collection_id)
);
CREATE INDEX collection_word_collection ON collection_word (collection_id);
