package mastodon

import (
	"net/http"
	"strings"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// Route is one endpoint: who may call it and what comes back.
type Route struct {
	Method     string
	Path       string // {name} stands for one segment, {name...} at the end for the rest
	Auth       Auth
	Scopes     []string     // one of them suffices; a parent counts for its children
	Gives      string       // the entity in the answer, for the documentation
	Quota      *quota       // its own limit, beside the general ones
	Unready    bool         // also for people whose address is not confirmed, or who wait to be let in
	Fresh      bool         // never from a cache, though everybody may ask
	Files      bool         // takes files, in parts of a multipart body
	Raw        bool         // the body is no form: its handler reads it
	Lobby      bool         // also where a site shows visitors nothing (skein.Site.Closed)
	Browser    bool         // only for a browser that is signed in, never for an app's token
	Rights     skein.Rights // what the person's role must allow
	Deprecated time.Time    // since when clients should use something else; zero: they need not

	handle func(*API, *call) error
}

type handler = func(*API, *call) error

// r makes a route; scopes are parted by blanks.
func r(method, path string, auth Auth, scopes, gives string, handle handler) Route {
	return Route{Method: method, Path: path, Auth: auth, Scopes: strings.Fields(scopes), Gives: gives, handle: handle}
}

func (r Route) quota(q *quota) Route { r.Quota = q; return r }
func (r Route) unready() Route       { r.Unready = true; return r }
func (r Route) fresh() Route         { r.Fresh = true; return r }
func (r Route) files() Route         { r.Files = true; return r }
func (r Route) raw() Route           { r.Raw = true; return r }
func (r Route) lobby() Route         { r.Lobby = true; return r }
func (r Route) browser() Route       { r.Browser = true; return r }

// old marks a deprecated route with the day since when it is (mastodon-api.md 1).
func (r Route) old(year int, month time.Month, day int) Route {
	r.Deprecated = time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return r
}

const (
	get  = http.MethodGet
	pst  = http.MethodPost
	put  = http.MethodPut
	ptch = http.MethodPatch
	del  = http.MethodDelete
)

// Scopes that several routes ask for.
const (
	writeFollows = "write:follows follow"
	readFollows  = "read:follows follow"
	writeBlocks  = "write:blocks follow"
	readBlocks   = "read:blocks follow"
	writeMutes   = "write:mutes follow"
	readMutes    = "read:mutes follow"
)

// Routes is the whole client API: mastodon-api.md 3, in its order.
func Routes() []Route {
	type s = social.Service
	list := []Route{
		// Apps, sign-up
		r(pst, "/api/v1/apps", Open, "", "CredentialApplication", reply((*API).createApp)).quota(forApps).fresh().lobby(),
		r(get, "/api/v1/apps/verify_credentials", App, "", "Application", reply((*API).verifyApp)).unready(),
		r(pst, "/api/v1/accounts", AppOnly, "write:accounts", "Token", reply((*API).signUp)).quota(forSignUps),
		r(pst, "/api/v1/emails/confirmations", User, "write:accounts", "{}", reply((*API).confirmEmail)).quota(forSignUps).unready(),
		r(get, "/api/v1/emails/check_confirmation", User, "read:accounts", "bool", reply((*API).emailConfirmed)).unready(),

		// Accounts
		r(get, "/api/v1/accounts/verify_credentials", User, "profile read:accounts", "CredentialAccount", reply((*API).me)),
		r(ptch, "/api/v1/accounts/update_credentials", User, "write:accounts", "CredentialAccount", reply((*API).updateMe)).files(),
		r(get, "/api/v1/accounts/lookup", Public, "read:accounts", "Account", reply((*API).lookup)),
		r(get, "/api/v1/accounts/search", User, "read:accounts", "Account[]", reply((*API).searchAccounts)),
		r(get, "/api/v1/accounts/relationships", User, "read:follows", "Relationship[]", reply((*API).relationships)),
		r(get, "/api/v1/accounts/familiar_followers", User, "read:follows", "FamiliarFollowers[]", reply((*API).familiar)),
		r(get, "/api/v1/accounts/{id}", Public, "read:accounts", "Account", reply((*API).account)),
		r(get, "/api/v1/accounts", Public, "read:accounts", "Account[]", reply((*API).accounts)),
		r(get, "/api/v1/accounts/{id}/statuses", Public, "read:statuses", "Status[]", reply((*API).accountPosts)),
		r(get, "/api/v1/accounts/{id}/followers", Public, "read:accounts", "Account[]", reply((*API).followers)),
		r(get, "/api/v1/accounts/{id}/following", Public, "read:accounts", "Account[]", reply((*API).following)),
		r(get, "/api/v1/accounts/{id}/featured_tags", Public, "", "FeaturedTag[]", reply((*API).accountTags)),
		r(get, "/api/v1/accounts/{id}/endorsements", Public, "read:accounts", "Account[]", reply((*API).endorsedBy)),
		r(get, "/api/v1/accounts/{id}/lists", User, "read:lists", "List[]", reply((*API).listsWith)),
		r(get, "/api/v1/accounts/{id}/identity_proofs", User, "", "any[]", reply((*API).accountList)).old(2022, 3, 30),
		r(get, "/api/v1/accounts/{id}/collections", Public, "read:collections", "{collections: Collection[]}", reply((*API).accountCollections)),
		r(get, "/api/v1/accounts/{id}/in_collections", User, "read:collections", "{collections: Collection[]}", reply((*API).inCollections)),
		r(pst, "/api/v1/accounts/{id}/follow", User, writeFollows, "Relationship", reply((*API).follow)).quota(forFollows),
		r(pst, "/api/v1/accounts/{id}/unfollow", User, writeFollows, "Relationship", relate((*s).Unfollow)),
		r(pst, "/api/v1/accounts/{id}/remove_from_followers", User, writeFollows, "Relationship", relate((*s).RemoveFollower)),
		r(pst, "/api/v1/accounts/{id}/block", User, writeBlocks, "Relationship", relate((*s).Block)),
		r(pst, "/api/v1/accounts/{id}/unblock", User, writeBlocks, "Relationship", relate((*s).Unblock)),
		r(pst, "/api/v1/accounts/{id}/mute", User, writeMutes, "Relationship", reply((*API).mute)),
		r(pst, "/api/v1/accounts/{id}/unmute", User, writeMutes, "Relationship", relate((*s).Unmute)),
		r(pst, "/api/v1/accounts/{id}/endorse", User, "write:accounts", "Relationship", relate((*s).Endorse)),
		r(pst, "/api/v1/accounts/{id}/unendorse", User, "write:accounts", "Relationship", relate((*s).Unendorse)),
		r(pst, "/api/v1/accounts/{id}/pin", User, "write:accounts", "Relationship", relate((*s).Endorse)).old(2025, 7, 8),
		r(pst, "/api/v1/accounts/{id}/unpin", User, "write:accounts", "Relationship", relate((*s).Unendorse)).old(2025, 7, 8),
		r(pst, "/api/v1/accounts/{id}/note", User, "write:accounts", "Relationship", reply((*API).setNote)),
		r(pst, "/api/v1/accounts/{id}/email_subscriptions", Public, "", "{}", absent),
		r(get, "/api/v1/endorsements", User, "read:accounts", "Account[]", peopleRows((*s).Endorsements)),
		r(get, "/api/v1/directory", Public, "", "Account[]", reply((*API).directory)),

		// The own profile
		r(get, "/api/v1/profile", User, "profile read:accounts", "Profile", reply((*API).profile)),
		r(ptch, "/api/v1/profile", User, "write:accounts", "Profile", reply((*API).editProfile)).files(),
		r(del, "/api/v1/profile/avatar", User, "write:accounts", "CredentialAccount", reply((*API).removeAvatar)),
		r(del, "/api/v1/profile/header", User, "write:accounts", "CredentialAccount", reply((*API).removeHeader)),
		r(get, "/api/v1/preferences", User, "read:accounts", "Preferences", reply((*API).preferences)),

		// Statuses
		r(pst, "/api/v1/statuses", User, "write:statuses", "Status|ScheduledStatus", reply((*API).createPost)).quota(forPosts),
		r(get, "/api/v1/statuses", Public, "read:statuses", "Status[]", reply((*API).posts)),
		r(get, "/api/v1/statuses/{id}", Public, "read:statuses", "Status", reply((*API).post)),
		r(put, "/api/v1/statuses/{id}", User, "write:statuses", "Status", reply((*API).editPost)).quota(forPosts).files(),
		r(del, "/api/v1/statuses/{id}", User, "write:statuses", "DeletedStatus", reply((*API).deletePost)).quota(forDeletions),
		r(get, "/api/v1/statuses/{id}/context", Public, "read:statuses", "Context", reply((*API).context)),
		r(pst, "/api/v1/statuses/{id}/translate", User, "read:statuses", "Translation", reply((*API).translate)),
		r(get, "/api/v1/statuses/{id}/reblogged_by", Public, "read:accounts", "Account[]", peopleOf((*s).BoostedBy)),
		r(get, "/api/v1/statuses/{id}/favourited_by", Public, "read:accounts", "Account[]", peopleOf((*s).LikedBy)),
		r(get, "/api/v1/statuses/{id}/quotes", User, "read:statuses", "Status[]", reply((*API).quotes)),
		r(pst, "/api/v1/statuses/{id}/quotes/{quoting}/revoke", User, "write:statuses", "Status", reply((*API).revokeQuote)),
		r(put, "/api/v1/statuses/{id}/interaction_policy", User, "write:statuses", "Status", reply((*API).setPolicy)),
		// GoToSocial's: who waits for leave, and what new posts say.
		r(get, "/api/v1/interaction_requests", User, "read:notifications", "InteractionRequest[]", reply((*API).requests)),
		r(get, "/api/v1/interaction_requests/{id}", User, "read:notifications", "InteractionRequest", reply((*API).oneRequest)),
		r(pst, "/api/v1/interaction_requests/{id}/authorize", User, "write:statuses", "InteractionRequest", reply((*API).allowRequest)),
		r(pst, "/api/v1/interaction_requests/{id}/reject", User, "write:statuses", "InteractionRequest", reply((*API).refuseRequest)),
		r(get, "/api/v1/interaction_policies/defaults", User, "read:accounts", "DefaultPolicies", reply((*API).policies)),
		r(ptch, "/api/v1/interaction_policies/defaults", User, "write:accounts", "DefaultPolicies", reply((*API).setPolicies)),
		r(pst, "/api/v1/statuses/{id}/favourite", User, "write:favourites", "Status", act((*s).Like)),
		r(pst, "/api/v1/statuses/{id}/unfavourite", User, "write:favourites", "Status", act((*s).Unlike)),
		r(pst, "/api/v1/statuses/{id}/reblog", User, "write:statuses", "Status", reply((*API).boost)).quota(forPosts),
		r(pst, "/api/v1/statuses/{id}/unreblog", User, "write:statuses", "Status", act((*s).Unboost)).quota(forDeletions),
		r(pst, "/api/v1/statuses/{id}/bookmark", User, "write:bookmarks", "Status", act((*s).Bookmark)),
		r(pst, "/api/v1/statuses/{id}/unbookmark", User, "write:bookmarks", "Status", act((*s).Unbookmark)),
		r(pst, "/api/v1/statuses/{id}/mute", User, "write:mutes", "Status", act((*s).MuteThread)),
		r(pst, "/api/v1/statuses/{id}/unmute", User, "write:mutes", "Status", act((*s).UnmuteThread)),
		r(pst, "/api/v1/statuses/{id}/pin", User, "write:accounts", "Status", act((*s).Pin)),
		r(pst, "/api/v1/statuses/{id}/unpin", User, "write:accounts", "Status", act((*s).Unpin)),
		r(get, "/api/v1/statuses/{id}/history", Public, "read:statuses", "StatusEdit[]", reply((*API).history)),
		r(get, "/api/v1/statuses/{id}/source", User, "read:statuses", "StatusSource", reply((*API).source)),
		r(get, "/api/v1/pleroma/statuses/{id}/reactions", Public, "read:statuses", "EmojiReaction[]", reply((*API).reactors)),
		r(get, "/api/v1/pleroma/statuses/{id}/reactions/{emoji}", Public, "read:statuses", "EmojiReaction[]", reply((*API).reactors)),
		r(put, "/api/v1/pleroma/statuses/{id}/reactions/{emoji}", User, "write:favourites", "Status", reply((*API).reactEmoji)),
		r(del, "/api/v1/pleroma/statuses/{id}/reactions/{emoji}", User, "write:favourites", "Status", reply((*API).unreactEmoji)),
		r(get, "/api/v1/favourites", User, "read:favourites", "Status[]", kept((*s).Likes)),
		r(get, "/api/v1/bookmarks", User, "read:bookmarks", "Status[]", kept((*s).Bookmarks)),

		// Timelines
		r(get, "/api/v1/timelines/home", User, "read:statuses", "Status[]", reply((*API).home)),
		r(get, "/api/v1/timelines/public", Public, "read:statuses", "Status[]", reply((*API).public)),
		r(get, "/api/v1/timelines/tag/{name}", Public, "read:statuses", "Status[]", reply((*API).tagTimeline)),
		r(get, "/api/v1/timelines/link", Public, "read:statuses", "Status[]", reply((*API).linkTimeline)),
		r(get, "/api/v1/timelines/list/{id}", User, "read:lists", "Status[]", reply((*API).listTimeline)),
		r(get, "/api/v1/timelines/direct", User, "read:statuses", "Status[]", reply((*API).directTimeline)),

		// Lists
		r(get, "/api/v1/lists", User, "read:lists", "List[]", reply((*API).lists)),
		r(pst, "/api/v1/lists", User, "write:lists", "List", reply((*API).createList)),
		r(get, "/api/v1/lists/{id}", User, "read:lists", "List", reply((*API).list)),
		r(put, "/api/v1/lists/{id}", User, "write:lists", "List", reply((*API).updateList)),
		r(del, "/api/v1/lists/{id}", User, "write:lists", "{}", reply((*API).deleteList)),
		r(get, "/api/v1/lists/{id}/accounts", User, "read:lists", "Account[]", reply((*API).listMembers)),
		r(pst, "/api/v1/lists/{id}/accounts", User, "write:lists", "{}", reply((*API).addToList)),
		r(del, "/api/v1/lists/{id}/accounts", User, "write:lists", "{}", reply((*API).removeFromList)),

		// Notifications
		r(get, "/api/v1/notifications", User, "read:notifications", "Notification[]", reply((*API).notifications)),
		r(get, "/api/v1/notifications/unread_count", User, "read:notifications", "{count: int}", reply((*API).unread)),
		r(pst, "/api/v1/notifications/clear", User, "write:notifications", "{}", reply((*API).clearNotifications)),
		r(del, "/api/v1/notifications/destroy_multiple", User, "write:notifications", "{}", reply((*API).dismissSeveral)),
		r(get, "/api/v1/notifications/policy", User, "read:notifications", "V1::NotificationPolicy", reply((*API).notePolicyV1)),
		r(ptch, "/api/v1/notifications/policy", User, "write:notifications", "V1::NotificationPolicy", reply((*API).setNotePolicyV1)),
		r(get, "/api/v2/notifications/policy", User, "read:notifications", "NotificationPolicy", reply((*API).notePolicy)),
		r(ptch, "/api/v2/notifications/policy", User, "write:notifications", "NotificationPolicy", reply((*API).setNotePolicy)),
		r(get, "/api/v1/notifications/requests", User, "read:notifications", "NotificationRequest[]", reply((*API).noteRequests)),
		r(get, "/api/v1/notifications/requests/merged", User, "read:notifications", "{merged: bool}", reply((*API).notesMerged)),
		r(pst, "/api/v1/notifications/requests/accept", User, "write:notifications", "{}", reply((*API).acceptNoteRequests)),
		r(pst, "/api/v1/notifications/requests/dismiss", User, "write:notifications", "{}", reply((*API).dismissNoteRequests)),
		r(get, "/api/v1/notifications/requests/{id}", User, "read:notifications", "NotificationRequest", reply((*API).oneNoteRequest)),
		r(pst, "/api/v1/notifications/requests/{id}/accept", User, "write:notifications", "{}", reply((*API).acceptNoteRequest)),
		r(pst, "/api/v1/notifications/requests/{id}/dismiss", User, "write:notifications", "{}", reply((*API).dismissNoteRequest)),
		r(get, "/api/v1/notifications/{id}", User, "read:notifications", "Notification", reply((*API).notification)),
		r(del, "/api/v1/notifications/{id}", User, "write:notifications", "{}", reply((*API).dismiss)),
		r(pst, "/api/v1/notifications/{id}/dismiss", User, "write:notifications", "{}", reply((*API).dismiss)),
		r(get, "/api/v2/notifications", User, "read:notifications", "GroupedNotificationsResults", reply((*API).groups)),
		r(get, "/api/v2/notifications/unread_count", User, "read:notifications", "{count: int}", reply((*API).unreadGroups)),
		r(pst, "/api/v2/notifications/clear", User, "write:notifications", "{}", reply((*API).clearNotifications)),
		r(get, "/api/v2/notifications/{key}", User, "read:notifications", "GroupedNotificationsResults", reply((*API).group)),
		r(get, "/api/v2/notifications/{key}/accounts", User, "read:notifications", "Account[]", reply((*API).groupPeople)),
		r(pst, "/api/v2/notifications/{key}/dismiss", User, "write:notifications", "{}", reply((*API).dismissGroup)),

		// Media
		r(pst, "/api/v2/media", User, "write:media", "MediaAttachment", reply((*API).upload)).quota(forUploads).files(),
		r(pst, "/api/v1/media", User, "write:media", "MediaAttachment", reply((*API).uploadNow)).quota(forUploads).files().old(2019, 10, 10),
		r(get, "/api/v1/media/{id}", User, "write:media", "MediaAttachment", reply((*API).oneMedia)),
		r(put, "/api/v1/media/{id}", User, "write:media", "MediaAttachment", reply((*API).editMedia)).quota(forMediaEdit).files(),
		r(del, "/api/v1/media/{id}", User, "write:media", "{}", reply((*API).deleteMedia)),

		// Search
		r(get, "/api/v2/search", Public, "read:search", "Search", reply((*API).search)),
		r(get, "/api/v1/peers/search", Open, "", "string[]", reply((*API).searchPeers)),

		// Filters
		r(get, "/api/v2/filters", User, "read:filters", "Filter[]", reply((*API).filters)),
		r(pst, "/api/v2/filters", User, "write:filters", "Filter", reply((*API).createFilter)),
		r(get, "/api/v2/filters/{id}", User, "read:filters", "Filter", reply((*API).filter)),
		r(put, "/api/v2/filters/{id}", User, "write:filters", "Filter", reply((*API).editFilter)),
		r(del, "/api/v2/filters/{id}", User, "write:filters", "{}", reply((*API).deleteFilter)),
		r(get, "/api/v2/filters/{id}/keywords", User, "read:filters", "FilterKeyword[]", reply((*API).filterKeywords)),
		r(pst, "/api/v2/filters/{id}/keywords", User, "write:filters", "FilterKeyword", reply((*API).addKeyword)),
		r(get, "/api/v2/filters/keywords/{id}", User, "read:filters", "FilterKeyword", reply((*API).filterKeyword)),
		r(put, "/api/v2/filters/keywords/{id}", User, "write:filters", "FilterKeyword", reply((*API).editKeyword)),
		r(del, "/api/v2/filters/keywords/{id}", User, "write:filters", "{}", reply((*API).deleteKeyword)),
		r(get, "/api/v2/filters/{id}/statuses", User, "read:filters", "FilterStatus[]", reply((*API).filterPosts)),
		r(pst, "/api/v2/filters/{id}/statuses", User, "write:filters", "FilterStatus", reply((*API).addFilterPost)),
		r(get, "/api/v2/filters/statuses/{id}", User, "read:filters", "FilterStatus", reply((*API).filterPost)),
		r(del, "/api/v2/filters/statuses/{id}", User, "write:filters", "{}", reply((*API).deleteFilterPost)),
		r(get, "/api/v1/filters", User, "read:filters", "V1::Filter[]", reply((*API).filtersV1)).old(2022, 11, 14),
		r(pst, "/api/v1/filters", User, "write:filters", "V1::Filter", reply((*API).createFilterV1)).old(2022, 11, 14),
		r(get, "/api/v1/filters/{id}", User, "read:filters", "V1::Filter", reply((*API).filterV1)).old(2022, 11, 14),
		r(put, "/api/v1/filters/{id}", User, "write:filters", "V1::Filter", reply((*API).editFilterV1)).old(2022, 11, 14),
		r(del, "/api/v1/filters/{id}", User, "write:filters", "{}", reply((*API).deleteFilterV1)).old(2022, 11, 14),

		// Polls, scheduled statuses, conversations, markers
		r(get, "/api/v1/polls/{id}", Public, "read:statuses", "Poll", reply((*API).poll)),
		r(pst, "/api/v1/polls/{id}/votes", User, "write:statuses", "Poll", reply((*API).vote)),
		r(get, "/api/v1/scheduled_statuses", User, "read:statuses", "ScheduledStatus[]", reply((*API).scheduledPosts)),
		r(get, "/api/v1/scheduled_statuses/{id}", User, "read:statuses", "ScheduledStatus", reply((*API).scheduledPost)),
		r(put, "/api/v1/scheduled_statuses/{id}", User, "write:statuses", "ScheduledStatus", reply((*API).reschedule)),
		r(del, "/api/v1/scheduled_statuses/{id}", User, "write:statuses", "{}", reply((*API).unschedule)),
		r(get, "/api/v1/conversations", User, "read:statuses", "Conversation[]", reply((*API).conversations)),
		r(del, "/api/v1/conversations/{id}", User, "write:conversations", "{}", reply((*API).hideTalk)),
		r(pst, "/api/v1/conversations/{id}/read", User, "write:conversations", "Conversation", markTalk(false)),
		r(pst, "/api/v1/conversations/{id}/unread", User, "write:conversations", "Conversation", markTalk(true)),
		r(get, "/api/v1/markers", User, "read:statuses", "Marker{}", reply((*API).markers)),
		r(pst, "/api/v1/markers", User, "write:statuses", "Marker{}", reply((*API).setMarkers)),

		// Blocks, mutes, follow requests, tags, reports
		r(get, "/api/v1/blocks", User, readBlocks, "Account[]", peopleRows((*s).BlockedAccounts)),
		r(get, "/api/v1/mutes", User, readMutes, "MutedAccount[]", reply((*API).mutes)),
		r(get, "/api/v1/domain_blocks", User, readBlocks, "string[]", reply((*API).domainBlocks)),
		r(pst, "/api/v1/domain_blocks", User, writeBlocks, "{}", reply((*API).blockDomain)),
		r(del, "/api/v1/domain_blocks", User, writeBlocks, "{}", reply((*API).unblockDomain)),
		r(get, "/api/v1/domain_blocks/preview", User, writeBlocks, "DomainBlockPreview", reply((*API).previewDomainBlock)),
		r(get, "/api/v1/follow_requests", User, readFollows, "Account[]", peopleRows((*s).FollowRequests)),
		r(pst, "/api/v1/follow_requests/{id}/authorize", User, writeFollows, "Relationship", relate((*s).AcceptFollow)),
		r(pst, "/api/v1/follow_requests/{id}/reject", User, writeFollows, "Relationship", relate((*s).RefuseFollow)),
		r(get, "/api/v1/tags/{name}", Public, "", "Tag", reply((*API).tag)),
		r(pst, "/api/v1/tags/{name}/follow", User, writeFollows, "Tag", reply((*API).followTag)).quota(forFollows),
		r(pst, "/api/v1/tags/{name}/unfollow", User, writeFollows, "Tag", reply((*API).unfollowTag)),
		r(pst, "/api/v1/tags/{name}/feature", User, "write:accounts", "Tag", reply((*API).featureNamed)),
		r(pst, "/api/v1/tags/{name}/unfeature", User, "write:accounts", "Tag", reply((*API).unfeatureNamed)),
		r(get, "/api/v1/followed_tags", User, readFollows, "Tag[]", reply((*API).followedTags)),
		r(get, "/api/v1/featured_tags", User, "read:accounts", "FeaturedTag[]", reply((*API).featuredTags)),
		r(pst, "/api/v1/featured_tags", User, "write:accounts", "FeaturedTag", reply((*API).featureTag)),
		r(del, "/api/v1/featured_tags/{id}", User, "write:accounts", "{}", reply((*API).unfeatureTag)),
		r(get, "/api/v1/featured_tags/suggestions", User, "read:accounts", "Tag[]", reply((*API).suggestedTags)),
		r(pst, "/api/v1/reports", User, "write:reports", "Report", reply((*API).report)).quota(forReports),

		// Collections
		r(pst, "/api/v1/collections", User, "write:collections", "{collection: Collection}", reply((*API).createCollection)),
		r(get, "/api/v1/collections/{id}", Public, "read:collections", "CollectionWithAccounts", reply((*API).collection)),
		r(ptch, "/api/v1/collections/{id}", User, "write:collections", "{collection: Collection}", reply((*API).updateCollection)),
		r(del, "/api/v1/collections/{id}", User, "write:collections", "", done((*API).deleteCollection)),
		r(pst, "/api/v1/collections/{id}/items", User, "write:collections", "{collection_item: CollectionItem}", reply((*API).collectAccount)),
		r(del, "/api/v1/collections/{id}/items/{item}", User, "write:collections", "", done((*API).uncollect)),
		r(pst, "/api/v1/collections/{id}/items/{item}/revoke", User, "write:collections", "", done((*API).leaveCollection)),

		// Push, trends, suggestions, announcements, emoji, oEmbed and the rest
		r(pst, "/api/v1/push/subscription", User, "push", "WebPushSubscription", reply((*API).subscribePush)),
		r(get, "/api/v1/push/subscription", User, "push", "WebPushSubscription", reply((*API).pushSubscription)),
		r(put, "/api/v1/push/subscription", User, "push", "WebPushSubscription", reply((*API).changePush)),
		r(del, "/api/v1/push/subscription", User, "push", "{}", reply((*API).unsubscribePush)),
		r(del, "/api/web/push_subscriptions/{key}", Open, "", "", endPush).lobby(),
		r(get, "/api/v1/trends", Public, "", "Tag[]", reply((*API).trendingTags)).old(2022, 3, 30),
		r(get, "/api/v1/trends/tags", Public, "", "Tag[]", reply((*API).trendingTags)),
		r(get, "/api/v1/trends/statuses", Public, "", "Status[]", reply((*API).trendingPosts)),
		r(get, "/api/v1/trends/links", Public, "", "Trends::Link[]", reply((*API).trendingLinks)),
		r(get, "/api/v2/suggestions", User, "read:accounts", "Suggestion[]", reply((*API).suggestions)),
		r(get, "/api/v1/suggestions", User, "read:accounts", "Account[]", reply((*API).suggestionsV1)).old(2021, 11, 26),
		r(del, "/api/v1/suggestions/{id}", User, "write:accounts", "{}", reply((*API).dismissSuggestion)),
		r(get, "/api/v1/announcements", User, "", "Announcement[]", reply((*API).announcements)),
		r(pst, "/api/v1/announcements/{id}/dismiss", User, "write:accounts", "{}", reply((*API).dismissAnnouncement)),
		r(put, "/api/v1/announcements/{id}/reactions/{name}", User, "write:favourites", "{}", reply((*API).reactAnnouncement)),
		r(del, "/api/v1/announcements/{id}/reactions/{name}", User, "write:favourites", "{}", reply((*API).unreactAnnouncement)),
		r(get, "/api/v1/custom_emojis", Open, "", "CustomEmoji[]", reply((*API).customEmojis)),
		r(get, "/api/oembed", Open, "", "OEmbed", reply((*API).oembed)),
		r(get, "/api/v1_alpha/async_refreshes/{id}", User, "read", "{async_refresh: AsyncRefresh}", reply((*API).asyncRefresh)).fresh(),
		r(get, "/api/v1/annual_reports", User, "read:accounts", "WrappedAnnualReports", reply((*API).annuals)),
		r(get, "/api/v1/annual_reports/{year}", User, "read:accounts", "WrappedAnnualReports", reply((*API).annual)),
		r(get, "/api/v1/annual_reports/{year}/state", User, "read:accounts", "{state: string}", reply((*API).annualState)),
		r(pst, "/api/v1/annual_reports/{year}/generate", User, "write:accounts", "{}", reply((*API).makeAnnual)),
		r(pst, "/api/v1/annual_reports/{year}/read", User, "write:accounts", "{}", reply((*API).readAnnual)),
		r(get, "/api/v1/donation_campaigns", User, "", "DonationCampaign", (*API).campaign),

		// Ours: what somebody does about signing in, by the web app
		r(get, "/api/skein/v1/browser/accounts", User, "read:accounts", "BrowserAccount[]", reply((*API).browserAccounts)).browser(),
		r(get, "/api/skein/v1/security", User, "read:accounts", "Security", reply((*API).security)).browser(),
		r(pst, "/api/skein/v1/security/password", User, "write:accounts", "{}", reply((*API).changePassword)).browser(),
		r(pst, "/api/skein/v1/security/email", User, "write:accounts", "{}", reply((*API).changeEmail)).browser(),
		r(del, "/api/skein/v1/security/sessions", User, "write:accounts", "{}", reply((*API).endSessions)).browser(),
		r(del, "/api/skein/v1/security/sessions/{id}", User, "write:accounts", "{}", reply((*API).endSession)).browser(),
		r(del, "/api/skein/v1/security/apps/{id}", User, "write:accounts", "{}", reply((*API).revokeApp)).browser(),
		r(pst, "/api/skein/v1/security/prove", User, "write:accounts", "{}", reply((*API).prove)).browser(),
		r(pst, "/api/skein/v1/security/prove/passkey/ask", User, "write:accounts", "PasskeyQuestion", reply((*API).askProof)).browser(),
		r(pst, "/api/skein/v1/security/prove/passkey", User, "write:accounts", "{}", reply((*API).proveByPasskey)).browser(),
		r(pst, "/api/skein/v1/security/passkeys/ask", User, "write:accounts", "PasskeyQuestion", reply((*API).askNewPasskey)).browser(),
		r(pst, "/api/skein/v1/security/passkeys", User, "write:accounts", "Passkey", reply((*API).addPasskey)).browser(),
		r(put, "/api/skein/v1/security/passkeys/{id}", User, "write:accounts", "Passkey", reply((*API).renamePasskey)).browser(),
		r(del, "/api/skein/v1/security/passkeys/{id}", User, "write:accounts", "{}", reply((*API).removePasskey)).browser(),
		r(pst, "/api/skein/v1/security/second_step", User, "write:accounts", "StepSetup", reply((*API).setUpStep)).browser(),
		r(pst, "/api/skein/v1/security/second_step/confirm", User, "write:accounts", "RecoveryCodes", reply((*API).confirmStep)).browser(),
		r(del, "/api/skein/v1/security/second_step", User, "write:accounts", "{}", reply((*API).endStep)).browser(),
		r(pst, "/api/skein/v1/security/recovery_codes", User, "write:accounts", "RecoveryCodes", reply((*API).newRecoveryCodes)).browser(),
		r(del, "/api/skein/v1/security/recovery", User, "write:accounts", "{}", reply((*API).stopRecovery)).browser(),
		r(get, "/api/skein/v1/security/log", User, "read:accounts", "SecurityEvent[]", reply((*API).securityLog)).browser(),
		r(get, "/api/skein/v1/security/notices", User, "read:accounts", "SecurityEvent[]", reply((*API).notices)).browser(),
		r(pst, "/api/skein/v1/security/notices/seen", User, "write:accounts", "{}", reply((*API).seeNotices)).browser(),
		r(pst, "/api/skein/v1/security/close", User, "write:accounts", "{}", reply((*API).closeAccount)).browser(),

		// Ours: what somebody brings from elsewhere
		r(get, "/api/skein/v1/imports", User, "read", "Import[]", reply((*API).imports)),
		r(pst, "/api/skein/v1/imports", User, "write", "Import", reply((*API).createImport)),
		r(get, "/api/skein/v1/imports/{id}", User, "read", "Import", reply((*API).oneImport)),
		r(del, "/api/skein/v1/imports/{id}", User, "write", "{}", reply((*API).removeImport)),
		r(pst, "/api/skein/v1/imports/{id}/files/{number}", User, "write", "Import", reply((*API).sendImport)).raw(),
		r(pst, "/api/skein/v1/imports/{id}/run", User, "write", "Import", reply((*API).runImport)),
		r(pst, "/api/skein/v1/imports/{id}/pause", User, "write", "Import", reply((*API).pauseImport)),
		r(pst, "/api/skein/v1/imports/{id}/undo", User, "write", "Import", reply((*API).undoImport)),
		r(get, "/api/skein/v1/imports/{id}/report", User, "read", "ImportRow[]", reply((*API).importReport)),

		// This API, for programs
		r(get, "/api/openapi.json", Open, "", "OpenAPI", (*API).describe).lobby(),

		// Instance
		r(get, "/api/v2/instance", Open, "", "Instance", reply((*API).instance)).lobby(),
		r(get, "/api/v1/instance", Open, "", "V1::Instance", reply((*API).instanceV1)).old(2022, 11, 14).lobby(),
		r(get, "/api/v1/instance/peers", Open, "", "string[]", reply((*API).peers)).lobby(),
		r(get, "/api/v1/instance/activity", Open, "", "InstanceActivity[]", reply((*API).activity)).lobby(),
		r(get, "/api/v1/instance/rules", Open, "", "Rule[]", reply((*API).rules)).lobby(),
		r(get, "/api/v1/instance/domain_blocks", Public, "", "DomainBlock[]", reply((*API).limitedPeers)).lobby(),
		r(get, "/api/v1/instance/extended_description", Open, "", "ExtendedDescription", reply((*API).description)).lobby(),
		r(get, "/api/v1/instance/privacy_policy", Open, "", "PrivacyPolicy", reply((*API).privacyPolicy)).lobby(),
		r(get, "/api/v1/instance/terms_of_service", Open, "", "TermsOfService", reply((*API).terms)).lobby(),
		r(get, "/api/v1/instance/terms_of_service/{date}", Open, "", "TermsOfService", reply((*API).terms)).lobby(),
		r(get, "/api/v1/instance/translation_languages", Open, "", "string[]{}", reply((*API).translationLanguages)).lobby(),
		r(get, "/api/v1/instance/languages", Open, "", "Language[]", value(languages)).lobby(),

		// Streaming
		r(get, "/health", Open, "", "OK", health).fresh().lobby(),
		r(get, "/api/v1/streaming/health", Open, "", "OK", health).fresh().lobby(),
		r(get, "/api/v1/streaming", User, "read:statuses read:notifications", "WebSocket", (*API).socket),
		r(get, "/api/v1/streaming/user", User, "read:statuses", "Events", sse("user")),
		r(get, "/api/v1/streaming/user/notification", User, "read:notifications", "Events", sse("user:notification")),
		r(get, "/api/v1/streaming/public", User, "read:statuses", "Events", sse("public")),
		r(get, "/api/v1/streaming/public/local", User, "read:statuses", "Events", sse("public:local")),
		r(get, "/api/v1/streaming/public/remote", User, "read:statuses", "Events", sse("public:remote")),
		r(get, "/api/v1/streaming/hashtag", User, "read:statuses", "Events", sse("hashtag")),
		r(get, "/api/v1/streaming/hashtag/local", User, "read:statuses", "Events", sse("hashtag:local")),
		r(get, "/api/v1/streaming/list", User, "read:statuses", "Events", sse("list")),
		r(get, "/api/v1/streaming/direct", User, "read:statuses", "Events", sse("direct")),
	}
	return append(append(list, adminRoutes()...), pixelfedRoutes()...)
}
