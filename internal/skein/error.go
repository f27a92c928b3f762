package skein

import (
	"errors"
	"fmt"
)

// Kind says what the one who caused an error may do about it.
type Kind int

// The kinds of error.
const (
	Internal     Kind = iota // ours to log; nothing to be done by the caller
	Invalid                  // can never succeed as it stands
	Denied                   // not allowed to this caller
	NotFound                 // unknown, or not for this reader's eyes
	Conflict                 // contradicts what is there
	Busy                     // try again later
	Unauthorized             // nobody is signed in, and somebody must be
	Gone                     // was here, and is deleted for good
)

// Error is an error that may be shown to the person who caused it.
type Error struct {
	Kind Kind
	Text string // for people: one sentence, no internals

	// Format and Args are what Text was made of, to say it in another language; empty: of nothing.
	Format string
	Args   []any

	// Fields tells what is wrong with which input, for forms; nil for most errors.
	Fields []FieldError
}

// FieldError is one fault of one input of a form.
type FieldError struct {
	Field string // username, email, password, agreement, reason, ...
	Code  string // taken, reserved, blank, invalid, too_long, too_short, accepted, blocked
	Text  string // for people: a sentence without the field's name
}

// Error implements error.
func (e *Error) Error() string { return e.Text }

// Errorf makes an *Error with a formatted sentence.
func Errorf(kind Kind, format string, args ...any) error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...), Format: format, Args: args}
}

// KindOf walks the chain of err; what holds no *Error is Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// ErrNotFound is the answer for everything that is not there, or not for this reader: the two look the same.
var ErrNotFound error = &Error{Kind: NotFound, Text: "Record not found"}
