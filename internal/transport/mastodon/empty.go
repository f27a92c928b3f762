package mastodon

import "net/http"

// value makes a handler that always answers the same.
func value[T any](v T) func(*API, *call) error {
	return reply(func(*API, *call) (T, error) { return v, nil })
}

// none is an empty list, for what nobody here has.
func none() func(*API, *call) error { return value([]empty{}) }

// absent is a thing that is not there: the answer of Mastodon's API for a feature that its operator may switch off, and that
// no site here has, such as posts by mail (mastodon-api.md 3.3).
func absent(*API, *call) error { return errNotFound }

// nothing answers 204.
func nothing(_ *API, c *call) error {
	c.w.Header().Set("Cache-Control", cacheNever)
	c.limitHeaders()
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}
