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

// nothing answers 204.
func nothing(_ *API, c *call) error {
	c.w.Header().Set("Cache-Control", cacheNever)
	c.limitHeaders()
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

type reports struct {
	Reports  []empty `json:"annual_reports"`
	Accounts []empty `json:"accounts"`
	Statuses []empty `json:"statuses"`
}
