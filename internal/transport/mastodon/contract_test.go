package mastodon

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Every route answers with an entity that is described, and says what it takes.
func TestEveryRouteIsDescribed(t *testing.T) {
	for _, r := range Routes() {
		if _, err := r.Answer(); err != nil {
			t.Errorf("%s gives what entities.txt does not know: %v", r.Name(), err)
		}
		if Calls().Shape(r.Name()) == nil && r.Path != "/api/v1/admin/{rest...}" && r.Path != "/api/v2/admin/{rest...}" {
			t.Errorf("calls.txt does not say what %s is for, and what it takes", r.Name())
		}
	}
}

// The OpenAPI document holds every route, all of whose parts are there, and is served as it is written.
func TestOpenAPI(t *testing.T) {
	w := newTown(t)
	got := w.get("/api/openapi.json", "")
	if got.status != 200 || got.header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Fatalf("got %d %v", got.status, got.header)
	}
	doc := got.object(t)
	if v, _ := doc["openapi"].(string); !strings.HasPrefix(v, "3.1.") {
		t.Errorf("openapi is %v", doc["openapi"])
	}
	for _, key := range []string{"title", "version"} {
		if at(doc, "info", key) == nil {
			t.Errorf("info has no %s", key)
		}
	}
	// Every $ref leads somewhere, every schema is of a type that JSON Schema knows.
	types := []string{"object", "array", "string", "integer", "number", "boolean", "null"}
	refs := 0
	var walk func(where string, v any)
	walk = func(where string, v any) {
		switch v := v.(type) {
		case []any:
			for i, e := range v {
				walk(fmt.Sprintf("%s/%d", where, i), e)
			}
		case map[string]any:
			if to, ok := v["$ref"].(string); ok {
				refs++
				path, inside := strings.CutPrefix(to, "#/")
				if !inside || at(doc, strings.Split(path, "/")...) == nil {
					t.Errorf("%s leads to %s, where nothing is", where, to)
				}
			}
			if kind, ok := v["type"].(string); ok && !strings.HasSuffix(where, "/properties") && !strings.Contains(where, "securitySchemes") && !slices.Contains(types, kind) {
				t.Errorf("%s is of type %q", where, kind)
			}
			for k, e := range v {
				walk(where+"/"+k, e)
			}
		}
	}
	walk("#", doc)
	if refs < 500 {
		t.Errorf("only %d references", refs)
	}
	// Every route is there, with its answers and all that stands in its path.
	seen := map[string]bool{}
	count := 0
	for _, r := range Routes() {
		op, _ := at(doc, "paths", strings.ReplaceAll(r.Path, "...}", "}"), strings.ToLower(r.Method)).(map[string]any)
		if op == nil {
			t.Errorf("%s is not described", r.Name())
			continue
		}
		count++
		id, _ := op["operationId"].(string)
		if id == "" || seen[id] {
			t.Errorf("%s has the operationId %q, which another has", r.Name(), id)
		}
		seen[id] = true
		ok, _ := at(op, "responses", "200").(map[string]any)
		if ok["description"] == nil {
			t.Errorf("%s has no answer", r.Name())
		}
		var inPath []string
		params, _ := op["parameters"].([]any)
		for _, p := range params {
			p := p.(map[string]any)
			if p["in"] == "path" {
				inPath = append(inPath, p["name"].(string))
			}
			if p["schema"] == nil {
				t.Errorf("%s: %v has no schema", r.Name(), p["name"])
			}
		}
		if !slices.Equal(inPath, r.Params()) {
			t.Errorf("%s has %v in its path, described are %v", r.Name(), r.Params(), inPath)
		}
		if secured := op["security"] != nil; secured != (r.Auth != Open) {
			t.Errorf("%s: security %v", r.Name(), op["security"])
		}
	}
	operations := 0
	for _, path := range doc["paths"].(map[string]any) {
		operations += len(path.(map[string]any))
	}
	if operations != count {
		t.Errorf("%d operations are described, %d are served", operations, count)
	}
}

// at walks into an object by names.
func at(v any, path ...string) any {
	for _, k := range path {
		m, _ := v.(map[string]any)
		v = m[strings.ReplaceAll(k, "~1", "/")]
	}
	return v
}
