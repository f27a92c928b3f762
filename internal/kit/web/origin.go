package web

import (
	"errors"
	"net/http"
)

// ErrOrigin says that a write came, or may have come, from a page of somebody else.
var ErrOrigin = errors.New("web: request from another origin")

var protection = http.NewCrossOriginProtection()

// CheckOrigin refuses a write that is authenticated by a cookie, or that gives one, unless the browser says that a page of
// the same origin sent it (T122). Reading methods pass. Requests with neither Sec-Fetch-Site nor Origin come from no
// browser that is young enough to be safe, and have no business with a cookie: they are refused too.
func CheckOrigin(r *http.Request) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	if r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "" {
		return ErrOrigin
	}
	if protection.Check(r) != nil {
		return ErrOrigin
	}
	return nil
}

// SameOrigin is CheckOrigin around a handler; refused writes go to the other one.
func SameOrigin(next, refused http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if CheckOrigin(r) != nil {
			refused.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
