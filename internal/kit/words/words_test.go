package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"html/template"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// tables are the variables whose sentences are said by way of a key.
var tables = []string{"sentences", "notes", "said", "scopeWords", "reach", "joiningText", "tooMany", "kinds", "screens", "told", "happened"}

var quoted = `"((?:[^"\\]|\\.)*)"`

// spoken collects all sentences of pages and letters: what they say, and what they say of numbers.
func spoken(t *testing.T) (sentences, numbers map[string]bool) {
	t.Helper()
	sentences, numbers = map[string]bool{}, map[string]bool{}
	text := func(e ast.Expr) (string, bool) {
		lit, ok := e.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(lit.Value)
		return s, err == nil
	}
	var sources []string
	for _, pattern := range []string{"../../transport/pages/*.go", "../../transport/oauth/*.go", "../../core/identity/*.go", "../../transport/mastodon/sentence.go"} {
		list, err := filepath.Glob(pattern)
		if err != nil || len(list) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		sources = append(sources, list...)
	}
	for _, path := range sources {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				name := ""
				switch f := n.Fun.(type) {
				case *ast.SelectorExpr:
					name = f.Sel.Name
				case *ast.Ident:
					name = f.Name
				}
				if len(n.Args) > 0 && (name == "t" || name == "T") {
					if s, ok := text(n.Args[0]); ok {
						sentences[s] = true
					}
				}
				if len(n.Args) > 2 && (name == "N" || name == "tallied") {
					if s, ok := text(n.Args[2]); ok {
						numbers[s] = true
					}
				}
			case *ast.ValueSpec:
				if slices.Contains(tables, n.Names[0].Name) {
					ast.Inspect(n, func(n ast.Node) bool {
						if pair, ok := n.(*ast.KeyValueExpr); ok {
							n = pair.Value
							if s, ok := text(pair.Value); ok {
								sentences[s] = true
							}
							return false
						}
						if e, ok := n.(ast.Expr); ok {
							if s, ok := text(e); ok && strings.Contains(s, " ") {
								sentences[s] = true
							}
						}
						return true
					})
				}
			}
			return true
		})
	}
	one := regexp.MustCompile(`[{(= ]t ` + quoted)
	many := regexp.MustCompile(`\{n [.$\w]+ ` + quoted + ` ` + quoted)
	pages, _ := filepath.Glob("../../transport/*/template/*.html")
	if len(pages) < 6 {
		t.Fatalf("templates: %v", pages)
	}
	for _, path := range pages {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range one.FindAllStringSubmatch(string(data), -1) {
			sentences[m[1]] = true
		}
		for _, m := range many.FindAllStringSubmatch(string(data), -1) {
			numbers[m[2]] = true
		}
	}
	return sentences, numbers
}

var slot = regexp.MustCompile(`\{\w+\}`)

func slots(s string) string {
	list := slot.FindAllString(s, -1)
	slices.Sort(list)
	return strings.Join(slices.Compact(list), " ")
}

// TestEveryLanguageSaysAll: each language has every sentence, with the same slots, and every form of number it knows.
func TestEveryLanguageSaysAll(t *testing.T) {
	sentences, numbers := spoken(t)
	if len(sentences) < 250 || len(numbers) < 8 {
		t.Fatalf("found only %d sentences and %d of numbers", len(sentences), len(numbers))
	}
	forms := map[string][]string{"ar": {"zero", "one", "two", "few", "many", "other"}}
	all, err := files.ReadDir(".")
	if err != nil || len(all) < 4 {
		t.Fatalf("%d languages: %v", len(all), err)
	}
	for _, file := range all {
		if file.IsDir() {
			continue
		}
		lang := strings.TrimSuffix(file.Name(), ".json")
		w, err := read(lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range slices.Sorted(maps.Keys(sentences)) {
			if said, ok := w.one[s]; !ok {
				t.Errorf("%s does not say %q", lang, s)
			} else if slots(said) != slots(s) {
				t.Errorf("%s: %q has the slots %s, want %s", lang, said, slots(said), slots(s))
			}
		}
		for _, s := range slices.Sorted(maps.Keys(numbers)) {
			want := forms[lang]
			if want == nil {
				want = []string{"one", "other"}
			}
			for _, f := range want {
				if w.forms[s][f] == "" {
					t.Errorf("%s: %q lacks the form %q", lang, s, f)
				}
			}
		}
		if len(w.time.Months) != 12 || len(w.time.Short) != 12 || len(w.time.Ages) != 3 {
			t.Errorf("%s: months or ages are missing", lang)
		}
	}
}

// TestErrorsAreSaidAlike: the languages have the same sentences of errors, with the same verbs, and each is one that the house says.
func TestErrorsAreSaidAlike(t *testing.T) {
	verbs := regexp.MustCompile(`%(\[\d\])?[a-z]`)
	source := ""
	err := filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			var data []byte
			data, err = os.ReadFile(path)
			source += string(data)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	all := In("de").fault
	if len(all) < 50 {
		t.Fatalf("only %d sentences", len(all))
	}
	for format := range all {
		if !strings.Contains(source, strconv.Quote(format)) {
			t.Errorf("nothing says %q", format)
		}
		for _, lang := range []string{"fr", "es", "ar", "de"} {
			w := In(lang)
			if len(w.fault) != len(all) {
				t.Errorf("%s has %d sentences, German %d", lang, len(w.fault), len(all))
			}
			if said := w.fault[format]; said == "" || !slices.Equal(verbs.FindAllString(said, -1), verbs.FindAllString(format, -1)) {
				t.Errorf("%s: %q says %q", lang, format, said)
			}
		}
	}
}

// TestNumbersAndTimes: both go by the rules of the language.
func TestNumbersAndTimes(t *testing.T) {
	when := time.Date(2026, 11, 22, 9, 5, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{In("en").N(1, "{n} post", "{n} posts"), "1 post"},
		{In("en").N(12_345, "{n} post", "{n} posts"), "12.3K posts"},
		{In("de").N(12_345, "{n} post", "{n} posts"), "12,3 Tsd. Beiträge"},
		{In("fr").N(0, "{n} person", "{n} people"), "0 personne"},
		{In("ar").N(2, "{n} post", "{n} posts"), "منشوران"},
		{In("ar").N(3, "{n} post", "{n} posts"), "3 منشورات"},
		{In("ar").N(11, "{n} post", "{n} posts"), "11 منشورًا"},
		{In("ar").N(100, "{n} post", "{n} posts"), "100 منشور"},
		{In("en").Moment(when), "22 November 2026 at 09:05 UTC"},
		{In("de").Moment(when), "22. November 2026 um 09:05 UTC"},
		{In("es").Day(when), "22 de noviembre de 2026"},
		{In("fr").Month(when), "novembre 2026"},
		{In("en").Ago(when.Add(3*time.Hour), when), "3h"},
		{In("de").Ago(when.Add(40*24*time.Hour), when), "22. Nov. 2026"},
		{In("de-AT").T("Sign in"), "Anmelden"},
		{In("DE_at").T("Sign in"), "Anmelden"},
		{In("xx").T("Sign in"), "Sign in"},
		{In("ar").T("About {site}", "site", "elm.example"), "عن \u2068elm.example\u2069"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// TestSlotsAreEscaped: what fills a slot of a template is text, unless the template made it.
func TestSlotsAreEscaped(t *testing.T) {
	page := template.Must(template.New("").Funcs(In("de").Funcs()).Parse(
		`{{t "{name} boosted" "name" .}} {{t "{name} boosted" "name" (link "/@a" (bdi .))}} {{link "//evil.example" "x"}} <p title="{{t "About {site}" "site" .}}">`))
	var b strings.Builder
	if err := page.Execute(&b, `<i>"`); err != nil {
		t.Fatal(err)
	}
	want := `&lt;i&gt;&#34; hat geboostet <a href="/@a"><bdi>&lt;i&gt;&#34;</bdi></a> hat geboostet <a href="#">x</a> <p title="Über &lt;i&gt;&#34;">`
	if b.String() != want {
		t.Errorf("got  %s\nwant %s", b.String(), want)
	}
}
