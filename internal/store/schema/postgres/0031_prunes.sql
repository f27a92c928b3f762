-- Mutes that end are found by when they do.
CREATE INDEX mute_end ON mute (expires_at) WHERE expires_at <> 0;
