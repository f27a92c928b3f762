package mastodon

import "net/http"

// What Mastodon's API has and we do not have yet answers like a feature that nobody has used so far: lists are empty, single
// things are not found, and writes are refused with a sentence. Apps break on answers that say that a path is unknown
// (mastodon-api.md 14).

// value makes a handler that always answers the same.
func value[T any](v T) func(*API, *call) error {
	return reply(func(*API, *call) (T, error) { return v, nil })
}

// none is an empty list.
func none() func(*API, *call) error { return value([]empty{}) }

// absent is a thing that is not there.
func absent(*API, *call) error { return errNotFound }

// refuse makes a handler of a write that cannot be done.
func refuse(sentence string) func(*API, *call) error {
	return func(*API, *call) error { return &answered{http.StatusUnprocessableEntity, sentence} }
}

// denied is for what nobody here may do.
func denied(*API, *call) error { return errDenied }

// nothing answers 204.
func nothing(_ *API, c *call) error {
	c.w.Header().Set("Cache-Control", cacheNever)
	c.limitHeaders()
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// policy says what happens with notifications of strangers: they arrive, all of them.
type policy struct {
	NotFollowing    string        `json:"for_not_following"`
	NotFollowers    string        `json:"for_not_followers"`
	NewAccounts     string        `json:"for_new_accounts"`
	PrivateMentions string        `json:"for_private_mentions"`
	Limited         string        `json:"for_limited_accounts"`
	Bots            string        `json:"for_bots"`
	Summary         policySummary `json:"summary"`
}

type policyV1 struct {
	NotFollowing    bool          `json:"filter_not_following"`
	NotFollowers    bool          `json:"filter_not_followers"`
	NewAccounts     bool          `json:"filter_new_accounts"`
	PrivateMentions bool          `json:"filter_private_mentions"`
	Bots            bool          `json:"filter_bots"`
	Summary         policySummary `json:"summary"`
}

type policySummary struct {
	Requests      int `json:"pending_requests_count"`
	Notifications int `json:"pending_notifications_count"`
}

var allPass = policy{"accept", "accept", "accept", "accept", "accept", "accept", policySummary{}}

type reports struct {
	Reports  []empty `json:"annual_reports"`
	Accounts []empty `json:"accounts"`
	Statuses []empty `json:"statuses"`
}
