package mastodon

import "strings"

// pixelfedRoutes are the calls that Pixelfed's apps make beside Mastodon's (https://docs.pixelfed.org, its routes/api.php): as
// many of them as something here answers. Of the paths in media-federation.md 2.4 all are here but those that would make or
// show what nobody has: writes to stories, collections of posts and the archive, and posts of a place. Not in it, and beside it:
// accounts/username, discover/posts/network/trending, direct/thread/unmute and the upload of an avatar by POST.
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

		// The person and their app
		r(pst, "/api/v1/accounts/update_credentials", User, "write:accounts", "CredentialAccount", reply((*API).updateMe)).files(),
		r(del, "/api/v1.1/accounts/avatar", User, "write:accounts", "CredentialAccount", reply((*API).removeAvatar)),
		r(get, "/api/v1.1/accounts/login-activity", User, "read", "Pixelfed::SignIn[]", reply((*API).signIns)),
		r(get, "/api/v1.1/accounts/two-factor", User, "read", "Pixelfed::TwoFactor", reply((*API).twoFactor)),
		r(get, "/api/v1.1/accounts/apps-and-applications", User, "read", "Pixelfed::App[]", reply((*API).allowedApps)),
		r(get, "/api/v1.1/app/settings", User, "read:accounts", "Pixelfed::AppSettings", reply((*API).appSettings)),
		r(pst, "/api/v1.1/app/settings", User, "write:accounts", "Pixelfed::AppSettings", reply((*API).setAppSettings)),
		r(get, "/api/v1.1/push/state", User, "push", "Pixelfed::Push", reply((*API).pixelfedPush)),
		r(pst, "/api/v1.1/push/compare", User, "push", "Pixelfed::PushMatch", reply((*API).comparePush)),
		r(pst, "/api/v1.1/push/disable", User, "push", "Pixelfed::Push", reply((*API).pixelfedPush)),

		// Chats
		r(get, "/api/v1.1/direct/thread", User, "read:statuses", "Pixelfed::Thread", reply((*API).directThread)),
		r(pst, "/api/v1.1/direct/thread/send", User, "write:statuses", "Pixelfed::Message", reply((*API).sendMessage)).quota(forPosts),
		r(pst, "/api/v1.1/direct/thread/media", User, "write:statuses", "Pixelfed::Message", reply((*API).sendMessageFile)).quota(forUploads).files(),
		r(pst, "/api/v1.1/direct/thread/mute", User, writeMutes, "Pixelfed::Done", muteMessages(true)),
		r(pst, "/api/v1.1/direct/thread/unmute", User, writeMutes, "Pixelfed::Done", muteMessages(false)),
		r(pst, "/api/v1.1/direct/thread/read", User, "write:conversations", "id[]", reply((*API).readMessages)),
		r(del, "/api/v1.1/direct/thread/message", User, "write:statuses", "Pixelfed::Done", reply((*API).deleteMessage)).quota(forDeletions),
		r(pst, "/api/v1.1/direct/lookup", User, "read:search", "Pixelfed::Recipient[]", reply((*API).lookUpRecipients)),

		// What nobody has here: stories (the configuration says so), collections of posts, an archive, a list of places.
		r(get, "/api/v1.1/stories/carousel", User, "read:statuses", "Pixelfed::Stories", reply((*API).stories)),
		r(get, "/api/v1.1/stories/self-carousel", User, "read:statuses", "Pixelfed::OwnStories", reply((*API).ownStories)),
		r(get, "/api/v1.1/collections/accounts/{id}", Public, "read:collections", "any[]", reply((*API).photoCollections)),
		r(get, "/api/v1.1/archive/list", User, "read:statuses", "Status[]", none()),
		r(get, "/api/v1.1/compose/search/location", User, "read:search", "any[]", none()),
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
