package mastodon

import (
	"strings"

	"skein/internal/kit/shape"
)

// object is a JSON object that is put together by hand.
type object = map[string]any

// describe answers with the description of the API for programs, which is made once: from the route table, entities.txt and
// calls.txt. https://spec.openapis.org/oas/v3.1.1.html
func (a *API) describe(c *call) error {
	b, err := a.openapi()
	if err != nil {
		return err
	}
	c.send(b)
	return nil
}

// OpenAPI describes every route that is served.
func OpenAPI() any {
	schemas := object{}
	for _, s := range Entities().Shapes {
		schemas[schemaName(s.Name)] = described(schemaOf(s.Fields), s.Remark)
	}
	for _, s := range Calls().Shapes {
		if !strings.Contains(s.Name, " ") {
			schemas[schemaName(s.Name)] = described(schemaOf(s.Fields), s.Remark)
		}
	}
	paths := object{}
	for _, r := range Routes() {
		path := strings.ReplaceAll(r.Path, "...}", "}")
		at, ok := paths[path].(object)
		if !ok {
			at = object{}
			paths[path] = at
		}
		at[strings.ToLower(r.Method)] = operation(r)
	}
	scopes := object{}
	for _, r := range Routes() {
		for _, s := range r.Scopes {
			scopes[s] = "see https://docs.joinmastodon.org/api/oauth-scopes/"
		}
	}
	failure := func(text string) object {
		return object{"description": text, "content": inJSON(object{"$ref": "#/components/schemas/Error"})}
	}
	return object{
		"openapi": "3.1.1",
		"info": object{
			"title":       "Skein's client API",
			"version":     "1",
			"summary":     "The API of Mastodon, and what Skein adds",
			"description": "Parameters may be sent as JSON, as a form or as parts of one, and in the query as well. PUT and PATCH are the same.",
			"license":     object{"name": "AGPL-3.0-only", "identifier": "AGPL-3.0-only"},
		},
		"paths": paths,
		"components": object{
			"schemas": schemas,
			"securitySchemes": object{"token": object{"type": "oauth2", "flows": object{
				"authorizationCode": object{"authorizationUrl": "/oauth/authorize", "tokenUrl": "/oauth/token", "scopes": scopes},
				"clientCredentials": object{"tokenUrl": "/oauth/token", "scopes": scopes},
			}}},
			"responses": object{
				"BadRequest":   failure("A parameter is missing or cannot be read."),
				"Unauthorized": failure("There is no valid token."),
				"Forbidden":    failure("The token's scopes do not suffice, or the person may not do this."),
				"NotFound":     failure("There is no such thing, or it is not for these eyes."),
				"Invalid":      failure("This cannot be done as it was asked for."),
				"TooMany":      failure("The limit is reached; X-RateLimit-Reset says until when."),
			},
		},
	}
}

// operation describes one route.
func operation(r Route) object {
	op := object{"operationId": operationID(r), "tags": []string{tagOf(r.Path)}}
	if !r.Deprecated.IsZero() {
		op["deprecated"] = true
	}
	params := []any{}
	for _, name := range r.Params() {
		params = append(params, object{"name": name, "in": "path", "required": true, "schema": object{"type": "string"}})
	}
	if call := Calls().Shape(r.Name()); call != nil {
		if call.Remark != "" {
			op["summary"] = call.Remark
		}
		if r.Method == get || r.Method == del {
			for _, f := range call.Fields {
				name, schema := f.Name, schemaFor(f.Type)
				if f.Type.Kind == shape.List {
					name += "[]"
				}
				p := object{"name": name, "in": "query", "schema": described(schema, f.Remark)}
				if !f.Optional {
					p["required"] = true
				}
				params = append(params, p)
			}
		} else if len(call.Fields) > 0 {
			schema := schemaOf(call.Fields)
			content := object{"multipart/form-data": object{"schema": schema}}
			if !takesFile(call.Fields) {
				content["application/json"] = object{"schema": schema}
				content["application/x-www-form-urlencoded"] = object{"schema": schema}
			}
			_, required := schema["required"]
			op["requestBody"] = object{"content": content, "required": required}
		}
	}
	if len(params) > 0 {
		op["parameters"] = params
	}
	answers := object{"429": ref("TooMany")}
	answers["200"] = answerOf(r)
	switch r.Auth {
	case Open:
	case Public:
		op["security"] = []any{object{}, object{"token": scopesOf(r)}}
		answers["401"], answers["403"] = ref("Unauthorized"), ref("Forbidden")
	default:
		op["security"] = anyScope(r)
		answers["401"], answers["403"] = ref("Unauthorized"), ref("Forbidden")
	}
	if len(r.Params()) > 0 {
		answers["404"] = ref("NotFound")
	}
	if r.Method != get || op["parameters"] != nil {
		answers["400"], answers["422"] = ref("BadRequest"), ref("Invalid")
	}
	op["responses"] = answers
	return op
}

func ref(response string) object { return object{"$ref": "#/components/responses/" + response} }

func inJSON(schema any) object { return object{"application/json": object{"schema": schema}} }

func scopesOf(r Route) []string {
	if len(r.Scopes) == 0 {
		return []string{}
	}
	return r.Scopes[:1]
}

// anyScope: one of a route's scopes suffices, so each is a way in.
func anyScope(r Route) []any {
	if len(r.Scopes) == 0 {
		return []any{object{"token": []string{}}}
	}
	var ways []any
	for _, s := range r.Scopes {
		ways = append(ways, object{"token": []string{s}})
	}
	return ways
}

func answerOf(r Route) object {
	switch r.Gives {
	case "":
		return object{"description": "Done."}
	case "OK":
		return object{"description": "Alive.", "content": object{"text/plain": object{"schema": object{"type": "string"}}}}
	case "Events":
		return object{"description": "A stream of events.", "content": object{"text/event-stream": object{"schema": object{"type": "string"}}}}
	case "WebSocket":
		return object{"description": "The connection becomes a WebSocket."}
	case "OpenAPI":
		return object{"description": "An OpenAPI document.", "content": inJSON(object{"type": "object"})}
	}
	t, err := r.Answer()
	if err != nil {
		panic("mastodon: " + r.Name() + ": " + err.Error()) // a fault of the program, which its tests find
	}
	return object{"description": r.Gives, "content": inJSON(schemaFor(t))}
}

// operationID is the route as one word: get_v1_statuses_id.
func operationID(r Route) string {
	path := strings.TrimPrefix(r.Path, "/api/")
	return strings.ToLower(r.Method) + "_" + strings.Trim(strings.NewReplacer("/", "_", "{", "", "}", "", "...", "", ".", "_").Replace(path), "_")
}

// tagOf is the part of the API that a path belongs to.
func tagOf(path string) string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i, p := range parts {
		if i > 0 && !strings.HasPrefix(p, "v1") && !strings.HasPrefix(p, "v2") {
			return p
		}
	}
	return parts[0]
}

func schemaName(name string) string { return strings.ReplaceAll(name, "::", ".") }

func takesFile(fields []shape.Field) bool {
	for _, f := range fields {
		if f.Type.Kind == shape.Simple && f.Type.Name == "file" && !f.Optional {
			return true
		}
	}
	return false
}

// described adds what a field is for.
func described(schema object, text string) object {
	if text == "" {
		return schema
	}
	if _, points := schema["$ref"]; points {
		return object{"allOf": []any{schema}, "description": text}
	}
	schema["description"] = text
	return schema
}

func schemaOf(fields []shape.Field) object {
	properties, required := object{}, []string{}
	for _, f := range fields {
		s := described(schemaFor(f.Type), f.Remark)
		if f.Since != "" {
			if _, points := s["$ref"]; points {
				s = object{"allOf": []any{s}}
			}
			s["x-since"] = f.Since
		}
		properties[f.Name] = s
		if !f.Optional && !f.Signed {
			required = append(required, f.Name)
		}
	}
	s := object{"type": "object", "properties": properties}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

// schemaFor is the JSON Schema of a type.
func schemaFor(t *shape.Type) object {
	switch t.Kind {
	case shape.Named:
		return object{"$ref": "#/components/schemas/" + schemaName(t.Name)}
	case shape.Literal:
		return object{"type": "string", "const": t.Name}
	case shape.List:
		return object{"type": "array", "items": schemaFor(t.Of)}
	case shape.Map:
		return object{"type": "object", "additionalProperties": schemaFor(t.Of)}
	case shape.Object:
		return schemaOf(t.Fields)
	case shape.Union:
		var words []any
		var parts []any
		for _, a := range t.Any {
			if a.Kind == shape.Literal {
				words = append(words, a.Name)
			} else {
				parts = append(parts, schemaFor(a))
			}
		}
		switch {
		case len(parts) == 0:
			return object{"type": "string", "enum": words}
		case len(words) > 0:
			parts = append([]any{object{"type": "string", "enum": words}}, parts...)
		}
		return object{"anyOf": parts}
	}
	switch t.Name {
	case "id":
		return object{"type": "string", "pattern": "^[0-9]+$"}
	case "int":
		return object{"type": "integer"}
	case "float":
		return object{"type": "number"}
	case "bool":
		return object{"type": "boolean"}
	case "true":
		return object{"const": true}
	case "null":
		return object{"type": "null"}
	case "time":
		return object{"type": "string", "format": "date-time"}
	case "date":
		return object{"type": "string", "format": "date"}
	case "url":
		return object{"type": "string", "format": "uri"}
	case "file":
		return object{"type": "string", "contentMediaType": "application/octet-stream"}
	case "any":
		return object{}
	}
	return object{"type": "string"}
}

// Documented is what the documentation says of a route: what it is for, and what it takes.
func (r Route) Documented() (purpose, takes string) {
	call := Calls().Shape(r.Name())
	if call == nil {
		return "", ""
	}
	var parts []string
	for _, f := range call.Fields {
		name := "`" + f.Name + "`"
		if !f.Optional {
			name += "\\*"
		}
		parts = append(parts, name)
	}
	return call.Remark, strings.Join(parts, " ")
}
