-- What posts are found by: terms that our own code makes (kit/text), the same on both engines. The ascii tokenizer takes every
-- character above 127 as part of a word, so it parts at the spaces that we put and nowhere else. Only posts that somebody may
-- find stand in it (core/social/index.go); rowid is the ID of the post.
CREATE VIRTUAL TABLE post_search USING fts5(words, content='', contentless_delete=1, tokenize='ascii');

-- How far back the posts of a site stand in the index: all above this ID do. Without a row: none of those from before the index.
CREATE TABLE search_state (
	site_id INTEGER PRIMARY KEY,
	down_to INTEGER NOT NULL
) STRICT;

-- The words that collections are found by.
CREATE TABLE collection_word (
	site_id       INTEGER NOT NULL,
	word          TEXT NOT NULL,
	collection_id INTEGER NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
	PRIMARY KEY (site_id, word, collection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX collection_word_collection ON collection_word (collection_id);
