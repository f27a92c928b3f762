package mastodon

import (
	"bytes"
	"encoding/json"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"skein/internal/skein"
)

type everything struct {
	Text     string     `form:"text"`
	Maybe    *string    `form:"maybe"`
	Flag     *bool      `form:"flag"`
	Number   int        `form:"number"`
	ID       skein.ID   `form:"id"`
	Texts    []string   `form:"texts"`
	IDs      []skein.ID `form:"ids"`
	Fields   *[]field   `form:"fields"`
	Picture  file       `form:"picture"`
	Inside   inside     `form:"inside"`
	Untagged string
}

type field struct {
	Name string `form:"name"`
	On   bool   `form:"on"`
}

type inside struct {
	Deep string `form:"deep"`
}

func decodeIn(r *http.Request) (*everything, error) {
	return decode[everything](&call{Context: r.Context(), r: r, w: httptest.NewRecorder()})
}

func jsonRequest(body string) *http.Request {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	return r
}

func formRequest(query, body string) *http.Request {
	r := httptest.NewRequest("POST", "/?"+query, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// mastodon-api.md 8: one request in all the spellings that clients use.
func TestDecodeSpellings(t *testing.T) {
	yes, empty := true, ""
	want := everything{Text: "a b", Maybe: &empty, Flag: &yes, Number: 86400, ID: 12, Texts: []string{"x", "y"}, IDs: []skein.ID{1, 2},
		Fields: &[]field{{"n", true}, {"m", false}}, Inside: inside{"d"}}
	var parts bytes.Buffer
	m := multipart.NewWriter(&parts)
	for _, kv := range [][2]string{{"text", "a b"}, {"maybe", ""}, {"flag", "1"}, {"number", "86400"}, {"id", "12"}, {"texts[]", "x"}, {"texts[]", "y"},
		{"ids[]", "1"}, {"ids[]", "2"}, {"fields[0][name]", "n"}, {"fields[0][on]", "true"}, {"fields[1][name]", "m"}, {"inside[deep]", "d"}} {
		_ = m.WriteField(kv[0], kv[1])
	}
	_ = m.Close()
	multi := httptest.NewRequest("POST", "/", &parts)
	multi.Header.Set("Content-Type", m.FormDataContentType())
	for name, r := range map[string]*http.Request{
		"json": jsonRequest(`{"text":"a b","maybe":"","flag":true,"number":86400,"id":12,"texts":["x","y"],"ids":[1,"2"],"fields":[{"name":"n","on":true},{"name":"m","on":false}],"inside":{"deep":"d"},"other":{"x":[1]}}`),
		"json, texts for numbers": jsonRequest(`{"text":"a b","maybe":"","flag":"true","number":"86400","id":"12","texts":{"0":"x","1":"y"},"ids":{"1":"2","0":"1"},` +
			`"fields":{"1":{"name":"m","on":"f"},"0":{"name":"n","on":1}},"inside":{"deep":"d"}}`),
		"form": formRequest("", "text=a+b&maybe=&flag=on&number=86400&id=12&texts[]=x&texts[]=y&ids[0]=1&ids[1]=2&"+
			"fields[][name]=n&fields[][on]=true&fields[][name]=m&fields[][on]=off&inside[deep]=d"),
		"indexed":        formRequest("", "text=a%20b&maybe&flag=t&number=86400&id=12&texts%5B%5D=x&texts%5B%5D=y&ids[]=1&ids[]=2&fields[0][name]=n&fields[0][on]=1&fields[1][name]=m&inside[deep]=d"),
		"query and body": formRequest("number=86400&id=12&text=lost&texts[]=x&texts[]=y&ids[]=1&ids[]=2", "text=a+b&maybe=&flag=1&fields[0][name]=n&fields[0][on]=1&fields[1][name]=m&inside[deep]=d"),
		"multipart":      multi,
	} {
		got, err := decodeIn(r)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !reflect.DeepEqual(*got, want) {
			a, _ := json.Marshal(got)
			b, _ := json.Marshal(want)
			t.Errorf("%s:\ngot  %s\nwant %s", name, a, b)
		}
	}
}

// T69: a name spelled otherwise is another name; T142: what no tag names cannot be set.
func TestT69_T142_NamesAreExact(t *testing.T) {
	got, err := decodeIn(jsonRequest(`{"Text":"a","TEXT":"b","Untagged":"c","untagged":"d","inside":{"Deep":"e"}}`))
	if err != nil || !reflect.DeepEqual(*got, everything{}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	many := strings.Repeat("texts[]=x&", maxValues+1)
	for name, c := range map[string]struct {
		r      *http.Request
		status int // 0: a sentence for people, 422
	}{
		"a number that is none":   {jsonRequest(`{"number":"ten"}`), 0},
		"beyond all numbers":      {jsonRequest(`{"number":1e999}`), 0},
		"half a number":           {jsonRequest(`{"number":1.5}`), 0},
		"a list for text":         {jsonRequest(`{"text":["a"]}`), 0},
		"an object for a boolean": {jsonRequest(`{"flag":{}}`), 0},
		"text for an object":      {jsonRequest(`{"inside":"x"}`), 0},
		"an id with letters":      {jsonRequest(`{"id":"12a"}`), 0},
		"a negative id":           {jsonRequest(`{"id":-1}`), 0},
		"a name twice":            {jsonRequest(`{"text":"a","text":"b"}`), 400},
		"not UTF-8":               {jsonRequest("{\"text\":\"\xff\"}"), 400},
		"a byte order mark":       {jsonRequest("\ufeff{}"), 400},
		"more behind it":          {jsonRequest(`{} {}`), 400},
		"no object":               {jsonRequest(`[]`), 400},
		"too deep":                {jsonRequest(`{"a":` + strings.Repeat(`[`, 20) + strings.Repeat(`]`, 20) + `}`), 400},
		"too many values":         {formRequest("", many), 400},
		"one and several":         {formRequest("", "a=1&a[b]=2"), 400},
		"too large":               {formRequest("", "text="+strings.Repeat("x", maxBody)), 413},
		"too large, JSON":         {jsonRequest(`{"text":"` + strings.Repeat("x", maxBody) + `"}`), 413},
	} {
		_, err := decodeIn(c.r)
		var bad *badRequest
		switch {
		case err == nil:
			t.Errorf("%s: accepted", name)
		case c.status == 0 && skein.KindOf(err) != skein.Invalid:
			t.Errorf("%s: %v", name, err)
		case c.status != 0 && (!errors.As(err, &bad) || bad.status != c.status && !(bad.status == 0 && c.status == 400)):
			t.Errorf("%s: %v", name, err)
		}
	}
	xml := httptest.NewRequest("POST", "/", strings.NewReader("<a/>"))
	xml.Header.Set("Content-Type", "text/xml")
	if _, err := decodeIn(xml); err == nil {
		t.Error("XML is accepted")
	}
}

// T68: what PostgreSQL does not store never gets there.
func TestT68_TextIsClean(t *testing.T) {
	for _, r := range []*http.Request{
		jsonRequest(`{"text":"a\u0000b\ud800c","texts":["\u0000"]}`),
		formRequest("", "text=a%00b%ff%fec&texts[]=%00"),
	} {
		got, err := decodeIn(r)
		if err != nil {
			t.Error(err)
			continue
		}
		if s := got.Text + got.Texts[0]; strings.ContainsRune(s, 0) || strings.ToValidUTF8(s, "") != s || !strings.HasPrefix(s, "a\uFFFDb") {
			t.Errorf("got %q", s)
		}
	}
}

func FuzzInput(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":null}]}`, "a[][b]=1&a[][b]=2&c[0]=x", "a[b=1", "%", `{"texts":{"0":1}}`, "fields[0][name]=x&fields[][on]=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_, _ = decodeIn(jsonRequest(s))
		_, _ = decodeIn(formRequest(url.QueryEscape(s), s))
	})
}
