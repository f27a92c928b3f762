package mastodon

import "strings"

// pixelfedRoutes are the calls that Pixelfed's apps make beside Mastodon's (https://docs.pixelfed.org, its routes/api.php): as
// many of them as something here answers.
func pixelfedRoutes() []Route {
	return []Route{
		r(get, "/api/v2/config", Open, "", "Pixelfed::Config", reply((*API).pixelfedConfig)),
		r(get, "/api/v1.1/compose/settings", User, "read:accounts", "Pixelfed::ComposeSettings", reply((*API).composeSettings)),
		r(get, "/api/v1.1/accounts/username/{name}", Public, "read:accounts", "Account", reply((*API).accountNamed)),
		r(get, "/api/v1.1/accounts/mutuals/{id}", User, "read:follows", "Account[]", reply((*API).mutuals)),
		r(get, "/api/v1.1/accounts/{id}/posts", Public, "read:statuses", "Status[]", reply((*API).pictures)),
		r(get, "/api/v1.1/discover/accounts/popular", User, "read:accounts", "Account[]", reply((*API).suggestionsV1)),
		r(get, "/api/v1.1/discover/posts/trending", Public, "", "Status[]", reply(trendingPictures(true))),
		r(get, "/api/v1.1/discover/posts/network/trending", Public, "", "Status[]", reply(trendingPictures(false))),
		r(get, "/api/v1.1/discover/posts/hashtags", Public, "", "Pixelfed::Tag[]", reply((*API).pixelfedTags)),
		r(get, "/api/v1/discover/posts", Public, "read:statuses", "{posts: Status[]}", reply((*API).discover)),
		r(get, "/api/v1/tags/{name}/related", Public, "read:statuses", "Pixelfed::RelatedTag[]", reply((*API).relatedTags)),
		r(pst, "/api/v1.1/report", User, "write:reports", "Pixelfed::Done", reply((*API).pixelfedReport)).quota(forReports),
	}
}

// pixelfedPath is the path that stands in the route table for one of the other names that Pixelfed has for the same call.
func pixelfedPath(path string) (string, bool) {
	for _, other := range []string{"/api/pixelfed/v1/", "/api/v1.2/"} {
		if rest, ok := strings.CutPrefix(path, other); ok {
			return "/api/v1.1/" + rest, true
		}
	}
	return path, false
}

// pixelfed tells whether an answer goes to one of Pixelfed's apps, which want more of posts and accounts: they say so by _pe,
// or ask on a path of Pixelfed's own.
func (c *call) pixelfed() bool {
	path := c.r.URL.Path
	return strings.Contains(c.r.URL.RawQuery, "_pe=") || strings.HasPrefix(path, "/api/v1.1/") || strings.HasPrefix(path, "/api/v1.2/") ||
		strings.HasPrefix(path, "/api/pixelfed/") || strings.HasPrefix(path, "/api/v1/discover/")
}

// painter writes what the client that asks wants to read.
func (c *call) painter() *painter {
	if c.pixelfed() {
		return c.api.pixels
	}
	return c.api.painter
}
