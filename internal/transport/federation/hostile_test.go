package federation

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"skein/internal/kit/fetch"
	"skein/internal/skein"
)

// variant is a file of the corpus with one thing wrong.
type variant struct {
	what    string
	body    string
	foreign bool // it claims what is another's: nothing at all may come of it
}

// malformed are what stands where something else should (T72).
func malformed(was any) map[string]any {
	deep := any("x")
	for range 40 {
		deep = []any{deep}
	}
	return map[string]any{
		"null": nil, "a number": 7, "a huge number": json.Number("1e300"), "a negative one": -3, "a truth": true, "nothing": "", "no elements": []any{},
		"an empty object": map[string]any{}, "an array of it": []any{was}, "an array of all sorts": []any{nil, 7, "x", true, map[string]any{"a": 1}, was, was},
		"an object with it": map[string]any{"id": was, "type": "Thing"}, "40 arrays": deep, "a long text": strings.Repeat("long ", 30_000),
		"a long array": slices.Repeat([]any{was}, 3000), "markup": "<script>alert(1)</script>", "a script": "javascript:alert(1)", "another type": "Person",
		"a date": "9999-99-99T99:99:99Z", "a path": "/x", "an old address": "ap://did:key:z6Mk/x",
	}
}

// variants are those of a file that are wanted, in an order that is always the same.
func (s *scene) variants(t testing.TB, f corpusFile, wanted func(foreign bool) bool) []variant {
	t.Helper()
	body := s.text(f.body)
	var root map[string]any
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&root); err != nil {
		t.Fatal(err)
	}
	whole := func() string { return body }
	write := func() string {
		b, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	var out []variant
	add := func(what string, body func() string, foreign bool) {
		if wanted(foreign) {
			out = append(out, variant{what, body(), foreign})
		}
	}
	// instead writes a body with its first `old` replaced.
	instead := func(body func() string, old, new string) func() string {
		return func() string { return strings.Replace(body(), old, new, 1) }
	}
	var walk func(path string, o map[string]any, depth int)
	walk = func(path string, o map[string]any, depth int) {
		for _, name := range slices.Sorted(maps.Keys(o)) {
			was := o[name]
			at := path + name
			delete(o, name)
			add(at+" missing", write, false)
			o[strings.ToUpper(name[:1])+name[1:]] = was // T69
			add(at+" in odd case", write, false)
			delete(o, strings.ToUpper(name[:1])+name[1:])
			bad := malformed(was)
			for _, kind := range slices.Sorted(maps.Keys(bad)) {
				o[name] = bad[kind]
				add(at+" is "+kind, write, false)
			}
			o[name] = "@@@"
			for _, c := range [][2]string{{"a NUL", `x\u0000`}, {"a surrogate", `\ud800x`}, {"bytes that are no text", "\xff\xfe"}, {"odd blanks", `\u2028\u202e`}} { // T68
				add(at+" holds "+c[0], instead(write, "@@@", c[1]), false)
			}
			o[name] = was
			if name == "@context" || depth == 3 {
				continue
			}
			if inner, ok := was.(map[string]any); ok {
				walk(at+".", inner, depth+1)
			}
			if list, ok := was.([]any); ok && len(list) > 0 {
				if inner, ok := list[0].(map[string]any); ok {
					walk(at+"[0].", inner, depth+1)
				}
			}
		}
	}
	walk("", root, 0)

	for _, remap := range []string{`{"actor":"as:object"}`, `{"id":"as:url"}`, `{"content":{"@id":"as:summary"}}`, `{"@vocab":"https://evil.example/"}`, `{"as":"https://evil.example/"}`} { // T71
		add("context "+remap, instead(whole, `"@context": `, `"@context":["https://www.w3.org/ns/activitystreams",`+remap+`],"x":`), false)
	}
	for _, name := range slices.Sorted(maps.Keys(root)) { // T67
		add(name+" twice", instead(whole, "{", "{"+strconv.Quote(name)+`:"https://evil.example/x",`), true)
	}
	add("nested 10,000 deep", instead(whole, "{", `{"deep":`+strings.Repeat("[", 10_000)+strings.Repeat("]", 10_000)+","), true) // T65
	add("cut short", func() string { return body[:len(body)/2] }, true)
	add("with a mark in front", func() string { return "\ufeff" + body }, true)

	// What is another's: T42, T44, T48, T52, T185.
	yan, note := s.yew.base+"/users/yan", s.yew.base+"/notes/1"
	claim := func(what string, o map[string]any, name, value string) {
		if o == nil || o[name] == nil {
			return
		}
		was := o[name]
		o[name] = value
		add(what+name+" of another", write, true)
		o[name] = was
	}
	object, _ := root["object"].(map[string]any)
	claim("", root, "actor", yan)
	claim("", root, "actor", s.ann.URI)
	switch root["type"] {
	case "Create", "Update":
		if id, _ := object["id"].(string); s.peer.docs[strings.TrimPrefix(id, s.peer.base)] == nil { // else it is fetched, and true
			claim("object.", object, "attributedTo", yan)
			claim("object.", object, "attributedTo", s.ann.URI)
		}
		claim("object.", object, "id", note)
		claim("object.", object, "id", s.post.URI)
		claim("", root, "object", note)
	case "Delete":
		claim("object.", object, "id", note)
		claim("object.", object, "id", s.post.URI)
		claim("", root, "object", note)
		claim("", root, "object", s.ann.URI)
	case "Undo":
		claim("object.", object, "actor", yan)
	case "Add", "Remove":
		claim("", root, "target", s.yew.base+"/users/yan/featured")
	}
	slices.SortStableFunc(out, func(a, b variant) int { // nothing of what others caused is still going on
		if a.foreign == b.foreign {
			return 0
		} else if a.foreign {
			return -1
		}
		return 1
	})
	return out
}

// others are the rows of ann and of yan, who have no part in what is sent: but for counts nothing of them changes.
func (s *scene) others(t testing.TB) string {
	t.Helper()
	who := fmt.Sprintf("SELECT id FROM account WHERE uri IN ('%s', '%s')", s.ann.URI, s.yew.base+"/users/yan")
	var b strings.Builder
	for _, q := range []string{
		`SELECT id, uri, username, domain, display_name, bio, inbox, locked, moved_to_id, deleted_at, suspended_at FROM account WHERE id IN (` + who + `) ORDER BY id`,
		`SELECT id, uri, url, html, warning, visibility, mentions, attachments, edited_at, held FROM post WHERE author_id IN (` + who + `) ORDER BY id`,
		`SELECT account_id, target_id, accepted FROM follow WHERE account_id IN (` + who + `) AND target_id IN (` + who + `) ORDER BY id`,
		`SELECT account_id, post_id FROM post_like WHERE account_id IN (` + who + `) ORDER BY id`,
		`SELECT account_id, post_id FROM pin WHERE account_id IN (` + who + `) ORDER BY id`,
	} {
		b.WriteString(strings.Join(s.rows(t, q), "\n") + "\n\n")
	}
	return b.String()
}

// TestT72_HostileVariants sends every file of the corpus with everything wrong that can be, one thing at a time: the door
// answers without a fault of ours, no job fails, and nothing of others changes. SKEIN_HOSTILE=all sends all of them, `make
// hostile`; else it is a sample that is always the same.
func TestT72_HostileVariants(t *testing.T) {
	all := os.Getenv("SKEIN_HOSTILE") == "all"
	var sent atomic.Int64
	t.Cleanup(func() { // when all programs are through
		if n := sent.Load(); n < 1000 {
			t.Errorf("only %d variants were sent", n)
		}
	})
	for _, program := range programs(t) {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			s, _, activities := newScene(t, program)
			s.follows(s.ann, s.meets(s.yew.base+"/users/yan"))
			if _, err := s.FindPost(t.Context(), s.site.ID, s.yew.base+"/notes/1"); err != nil {
				t.Fatal(err)
			}
			s.settle()
			random := rand.New(rand.NewPCG(72, uint64(len(program))))
			for _, f := range activities {
				list := s.variants(t, f, func(foreign bool) bool {
					return all || random.IntN(100) < 2 || foreign && random.IntN(100) < 15
				})
				s.settle()
				others := s.others(t)
				var id struct {
					Actor  string
					Type   string
					Object any
				}
				whole := s.text(f.body)
				_ = json.Unmarshal([]byte(whole), &id)
				object, _ := id.Object.(map[string]any)
				name, _ := object["id"].(string)
				for i, v := range list {
					sent.Add(1)
					if id.Type == "Create" && !v.foreign && name != "" { // a post of its own each time
						v.body = strings.ReplaceAll(v.body, name, name+"v"+strconv.Itoa(i))
					}
					s.endure(t, f, id.Actor, v, all, random.IntN(20) == 0)
				}
				if now := s.others(t); now != others {
					t.Errorf("%s: what is another's has changed; SKEIN_HOSTILE=all tells by which variant\nbefore:\n%s\nafter:\n%s", f.name, others, now)
				}
				if err := s.Process(t.Context(), skein.Inbound{Site: s.site.ID, Signer: id.Actor, Body: []byte(whole)}); err != nil {
					t.Errorf("%s as it is: %v", f.name, err)
				}
			}
			if !all {
				s.settle()
			}
		})
	}
}

// endure takes one variant in.
func (s *scene) endure(t *testing.T, f corpusFile, actor string, v variant, each, door bool) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Fatalf("%s, %s: panic: %v\n%.2000s", f.name, v.what, r, v.body)
		}
	}()
	before := ""
	if v.foreign {
		before = s.fingerprint(t, "")
	} else if each {
		before = s.others(t)
	}
	if door {
		if got := s.do(s.peer.post("/inbox", s.keys[actor], v.body)).Code; got >= 500 || got < 200 {
			t.Errorf("%s, %s: got %d", f.name, v.what, got)
		}
	}
	err := s.Process(t.Context(), skein.Inbound{Site: s.site.ID, Signer: actor, Body: []byte(v.body)})
	if unreachable := new(*fetch.Unreachable); err != nil && !errors.As(err, unreachable) && fetch.StatusOf(err) < http.StatusBadRequest {
		t.Errorf("%s, %s: the job fails: %v", f.name, v.what, err)
	}
	after := ""
	if v.foreign {
		after = s.fingerprint(t, "")
	} else if each {
		after = s.others(t)
	}
	if after != before {
		t.Errorf("%s, %s: what is another's has changed\n%.3000s", f.name, v.what, v.body)
		if !v.foreign {
			t.Logf("before:\n%s\nafter:\n%s", before, after)
		}
	}
}
