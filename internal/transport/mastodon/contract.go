package mastodon

import (
	_ "embed"
	"strings"
	"sync"

	"skein/internal/kit/shape"
)

//go:embed entities.txt
var entityText string

//go:embed calls.txt
var callText string

// Entities describes every entity of the API.
var Entities = sync.OnceValue(func() *shape.Book { return mustParse("entities.txt", entityText) })

// Calls describes what each call takes; its shapes are named by method and path, beside forms that several have in common.
var Calls = sync.OnceValue(func() *shape.Book { return mustParse("calls.txt", callText) })

// mustParse reads a text that is part of the program.
func mustParse(name, text string) *shape.Book {
	b, err := shape.Parse(text)
	if err != nil {
		panic("mastodon: " + name + ": " + err.Error())
	}
	return b
}

// Name is how calls.txt and the documentation call a route.
func (r Route) Name() string { return r.Method + " " + r.Path }

// Answer is the type of what a route answers; nil when that is no JSON, or nothing at all.
func (r Route) Answer() (*shape.Type, error) {
	switch r.Gives {
	case "", "OK", "WebSocket", "Events", "OpenAPI":
		return nil, nil
	}
	return Entities().Type(r.Gives)
}

// Params are the names that stand for parts of a route's path, in their order.
func (r Route) Params() []string {
	var names []string
	for part := range strings.SplitSeq(r.Path, "/") {
		if strings.HasPrefix(part, "{") {
			names = append(names, strings.Trim(part, "{.}"))
		}
	}
	return names
}
