-- Posts link to collections by their pages.
CREATE INDEX collection_url ON collection (site_id, url);
UPDATE collection SET url = (SELECT base FROM site WHERE site.id = collection.site_id) || '/collections/' || id WHERE local;
