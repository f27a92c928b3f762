package shape

import (
	"slices"
	"strings"
	"testing"
)

const book = `# a remark
Post # what somebody wrote
	id: id
	title: string|null
	kind: 'note'|'page' @2.1
	mine~: bool
	by?: Person|null # who
	sizes: {width: int, height?: int}{}
	tags: ('a'|'b')[]
	...Dated

Person
	name: string
	url: url

Dated
	at: time
	day: date|null

V1::Thing
	'a:b': float
`

func TestCheck(t *testing.T) {
	b, err := Parse(book)
	if err != nil {
		t.Fatal(err)
	}
	good := `{"id":"12","title":null,"kind":"note","mine":true,"by":{"name":"x","url":"https://a.example/b"},"sizes":{"big":{"width":1}},"tags":["a","b"],"at":"2026-01-31T12:00:00.000Z","day":"2026-01-31"}`
	for _, c := range []struct {
		document, kind string
		signed         bool
		want           string // a part of the one fault; empty: none
	}{
		{good, "Post", true, ""},
		{good, "Post", false, "mine is there, though nobody is signed in"},
		{strings.Replace(good, `"mine":true,`, "", 1), "Post", false, ""},
		{strings.Replace(good, `"mine":true,`, "", 1), "Post", true, "mine is missing"},
		{strings.Replace(good, `"12"`, `12`, 1), "Post", true, "id is 12, not a whole number as text"},
		{strings.Replace(good, `"12"`, `"1x"`, 1), "Post", true, "id is"},
		{strings.Replace(good, `"note"`, `"nope"`, 1), "Post", true, `kind is "nope", not 'note'|'page'`},
		{strings.Replace(good, `"name":"x",`, ``, 1), "Post", true, "by.name is missing"},
		{strings.Replace(good, `"name":"x",`, `"name":"x","age":3,`, 1), "Post", true, "by.age is no field of Person"},
		{strings.Replace(good, `"width":1`, `"width":1.5`, 1), "Post", true, "sizes.big.width is 1.5"},
		{strings.Replace(good, `"b"]`, `"c"]`, 1), "Post", true, "tags[1] is"},
		{strings.Replace(good, `.000Z`, `Z`, 1), "Post", true, "at is"},
		{strings.Replace(good, `"2026-01-31"`, `null`, 1), "Post", true, ""},
		{strings.Replace(good, `https://a.example/b`, `/b`, 1), "Post", true, "by.url is"},
		{`[]`, "Post[]", false, ""},
		{`null`, "Post[]", false, "not a list"},
		{`{"a:b": 1e3}`, "V1::Thing", false, ""},
		{`{"count": 3}`, "{count: Integer}", false, "Integer is not known"},
		{`{} {}`, "Dated{}", false, "goes on"},
		{`{`, "Dated{}", false, "no JSON"},
	} {
		kind, err := b.Type(c.kind)
		faults := []string{}
		if err != nil {
			faults = append(faults, err.Error())
		} else {
			faults = b.Check([]byte(c.document), kind, c.signed)
		}
		if c.want == "" && len(faults) > 0 || c.want != "" && (len(faults) != 1 || !strings.Contains(faults[0], c.want)) {
			t.Errorf("%s as %s, signed %t: got %q, want %q", c.document, c.kind, c.signed, faults, c.want)
		}
	}
}

func TestBooksThatAreWrong(t *testing.T) {
	for _, text := range []string{"A\n\tx: Nobody", "A\n\tx", "A\n\t: string", "A\nA", "\tx: int", "A\n\tx: int\n\tx: int", "A\n\t...A", "A\n\t...B\nB\n\t...A",
		"A\n\t...Nobody", "A\n\tx: 'y", "A\n\tx: (int", "A\n\tx: int int", "A\n\tx: {y: Nobody}[]"} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// A type is written as it is read.
func TestTypesAsText(t *testing.T) {
	b, err := Parse(book)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"Post", "Post[]", "V1::Thing{}", "('a'|'b')[]", "{a: int, b?: Post|null, c~: bool}", "Post|null"} {
		got, err := b.Type(text)
		if err != nil || got.String() != text {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
	if p := b.Shape("Post"); p.Remark != "what somebody wrote" || p.Fields[2].Since != "2.1" || !slices.ContainsFunc(p.Fields, func(f Field) bool { return f.Name == "at" }) {
		t.Errorf("%+v", p)
	}
}
