package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Refused is a request that our own rules forbid or an answer that breaks them: trying again is pointless.
type Refused struct {
	URL    string
	Reason string
}

func (e *Refused) Error() string {
	if e.URL == "" {
		return "refused: " + e.Reason
	}
	return "refused " + e.URL + ": " + e.Reason
}

// Unreachable is a peer that did not answer: no such name, no connection, bad TLS, no end before the deadline.
type Unreachable struct {
	URL string
	Err error
}

func (e *Unreachable) Error() string { return "reach " + e.URL + ": " + e.Err.Error() }
func (e *Unreachable) Unwrap() error { return e.Err }

// Status is an answer other than 2xx.
type Status struct {
	URL        string
	Code       int
	RetryAfter time.Duration // what the peer asks for; zero when it does not
	Header     http.Header
	Body       []byte // bounded as every body
}

func (e *Status) Error() string { return fmt.Sprintf("%s answers %d", e.URL, e.Code) }

// StatusOf returns the code of a Status in the chain of err, else 0.
func StatusOf(err error) int {
	if s, ok := errors.AsType[*Status](err); ok {
		return s.Code
	}
	return 0
}

// Retry tells whether the same request may succeed later. A refusal never will; of the answers, 501 and most of 4xx are final
// (ActivityPub reference, section 12).
func Retry(err error) bool {
	if err == nil {
		return false
	}
	if _, ok := errors.AsType[*Refused](err); ok {
		return false
	}
	if s, ok := errors.AsType[*Status](err); ok {
		switch {
		case s.Code == http.StatusUnauthorized, s.Code == http.StatusRequestTimeout, s.Code == http.StatusTooManyRequests:
			return true
		case s.Code == http.StatusNotImplemented, s.Code >= 400 && s.Code < 500:
			return false
		}
	}
	return true
}

// RetryAfter returns how long the peer asked to wait, at most a day; zero when it did not say.
func RetryAfter(err error) time.Duration {
	if s, ok := errors.AsType[*Status](err); ok {
		return s.RetryAfter
	}
	return 0
}

// retryAfter parses the header of that name: seconds or a date. RFC 9110 10.2.3.
func retryAfter(value string, now time.Time) time.Duration {
	const most = 24 * time.Hour
	value = strings.TrimSpace(value)
	var wait time.Duration
	if n, err := strconv.ParseUint(value, 10, 32); err == nil {
		wait = time.Duration(n) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return max(0, min(wait, most))
}
