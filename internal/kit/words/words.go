// Package words holds the sentences of pages and letters in the languages that pages are written in. English stands where a
// sentence is used and is its key, so that pages read as they are; each other language is a file here, and a sentence that
// it lacks is English.
package words

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed *.json error/*.json
var files embed.FS

// Words are those of one language.
type Words struct {
	Lang  string
	tag   language.Tag
	one   map[string]string
	forms map[string]map[string]string // by the forms of number that CLDR knows
	fault map[string]string            // what errors say, by their formats
	time  times
}

// times is how a language writes them. The layouts are those of package time, with {M} and {m} for the month in full and in short.
type times struct {
	Months []string `json:"months"`
	Short  []string `json:"short"`
	Day    string   `json:"day"`
	Moment string   `json:"moment"`
	Month  string   `json:"month"`
	Small  string   `json:"small"`      // a day of this year, in the shortest way
	Year   string   `json:"small_year"` // of another
	Now    string   `json:"now"`
	Ages   []string `json:"ages"` // minutes, hours, days
	Thousand,
	Million string
	Point string `json:"point"`
}

var english = times{
	Months: []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	Short:  []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	Day:    "2 {M} 2006", Moment: "2 {M} 2006 at 15:04 UTC", Month: "{M} 2006", Small: "2 {m}", Year: "2 {m} 2006",
	Now: "now", Ages: []string{"{n}m", "{n}h", "{n}d"}, Thousand: "{n}K", Million: "{n}M", Point: ".",
}

var made sync.Map // by language

// In returns the words of a language; of one that nobody has written: English.
func In(lang string) *Words {
	lang, _, _ = strings.Cut(strings.ToLower(strings.ReplaceAll(lang, "_", "-")), "-")
	if w, ok := made.Load(lang); ok {
		return w.(*Words)
	}
	w, err := read(lang)
	if err != nil {
		w, _ = read("en")
		return w // not kept: what a visitor asks for must not fill the memory
	}
	made.Store(lang, w)
	return w
}

func read(lang string) (*Words, error) {
	w := &Words{Lang: lang, tag: language.Make(lang), one: map[string]string{}, forms: map[string]map[string]string{}, time: english}
	if lang == "en" {
		return w, nil
	}
	data, err := files.ReadFile(lang + ".json")
	if err != nil {
		return nil, err
	}
	var in struct {
		Time      times                      `json:"time"`
		Sentences map[string]json.RawMessage `json:"sentences"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, fmt.Errorf("words of %s: %w", lang, err)
	}
	w.time = in.Time
	if data, err = files.ReadFile("error/" + lang + ".json"); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &w.fault); err != nil {
		return nil, fmt.Errorf("errors of %s: %w", lang, err)
	}
	for key, raw := range in.Sentences {
		var s string
		if json.Unmarshal(raw, &s) == nil {
			w.one[key] = s
			continue
		}
		forms := map[string]string{}
		if err := json.Unmarshal(raw, &forms); err != nil {
			return nil, fmt.Errorf("words of %s: %q: %w", lang, key, err)
		}
		w.forms[key] = forms
	}
	return w, nil
}

// Missing is called for each sentence that a language lacks; tests set it.
var Missing func(lang, sentence string)

func (w *Words) miss(sentence string) {
	if Missing != nil && w.Lang != "en" && sentence != "" {
		Missing(w.Lang, sentence)
	}
}

// T is a sentence, with names and values in its slots: T("Sign in to {site}", "site", name).
func (w *Words) T(sentence string, slots ...string) string {
	said, ok := w.one[sentence]
	if !ok {
		w.miss(sentence)
		said = sentence
	}
	return w.fill(said, slots)
}

// Fault is what an error says, by the format that it was made of, and whether there are words for it: those that programs and
// operators meet alone have none.
func (w *Words) Fault(format string, args ...any) (string, bool) {
	said, ok := w.fault[format]
	if ok && len(args) > 0 {
		said = fmt.Sprintf(said, args...)
	}
	return said, ok
}

// N is a sentence about a number, which stands in its slot {n}: N(3, "{n} post", "{n} posts").
func (w *Words) N(n int, one, other string, slots ...string) string {
	said := other
	if n == 1 {
		said = one
	}
	if w.Lang != "en" {
		if forms, ok := w.forms[other]; ok {
			said = forms[w.form(n)]
			if said == "" {
				said = forms["other"]
			}
		} else {
			w.miss(other)
		}
	}
	return w.fill(strings.ReplaceAll(said, "{n}", w.Count(n)), slots)
}

var names = map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other"}

// form is the form of number that a language has for n. A shortened number goes by all its digits.
func (w *Words) form(n int) string {
	return names[plural.Cardinal.MatchPlural(w.tag, n, 0, 0, 0, 0)]
}

// In a text that runs from right to left a name in Latin letters would turn the words around it: it stands isolated.
const isolate, pop = "\u2068", "\u2069"

func (w *Words) fill(said string, slots []string) string {
	if len(slots) == 0 {
		return said
	}
	pairs := make([]string, 0, len(slots))
	for i := 0; i+1 < len(slots); i += 2 {
		value := slots[i+1]
		if w.Lang == "ar" {
			value = isolate + value + pop
		}
		pairs = append(pairs, "{"+slots[i]+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(said)
}

// layout writes a time, with the names of months that the language has.
func (w *Words) layout(t time.Time, layout string) string {
	t = t.UTC()
	month := int(t.Month()) - 1
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(layout, "{")
		b.WriteString(t.Format(before))
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		switch name {
		case "M":
			b.WriteString(w.time.Months[month])
		case "m":
			b.WriteString(w.time.Short[month])
		default: // words that are no layout
			b.WriteString(name)
		}
		layout = after
	}
}

// Day, Moment and Month write a time out: visitors have no time zone that we know.
func (w *Words) Day(t time.Time) string { return w.layout(t, w.time.Day) }

// Moment is a day with its hour.
func (w *Words) Moment(t time.Time) string { return w.layout(t, w.time.Moment) }

// Month is a month with its year.
func (w *Words) Month(t time.Time) string { return w.layout(t, w.time.Month) }

// Ago is the age of a thing in as few signs as possible.
func (w *Words) Ago(now, t time.Time) string {
	age := func(i int, unit time.Duration) string {
		return strings.ReplaceAll(w.time.Ages[i], "{n}", fmt.Sprint(int(now.Sub(t)/unit)))
	}
	switch d := now.Sub(t); {
	case d < time.Minute:
		return w.time.Now
	case d < time.Hour:
		return age(0, time.Minute)
	case d < 24*time.Hour:
		return age(1, time.Hour)
	case d < 7*24*time.Hour:
		return age(2, 24*time.Hour)
	case t.Year() == now.Year():
		return w.layout(t, w.time.Small)
	}
	return w.layout(t, w.time.Year)
}

// Count is a number with three significant digits.
func (w *Words) Count(n int) string {
	said, unit := "", ""
	switch {
	case n < 1000:
		return fmt.Sprint(n)
	case n < 1_000_000:
		said, unit = strings.TrimSuffix(fmt.Sprintf("%.3g", float64(n/10)/100), ".0"), w.time.Thousand
	default:
		said, unit = fmt.Sprintf("%.3g", float64(n)/1e6), w.time.Million
	}
	return strings.ReplaceAll(unit, "{n}", strings.Replace(said, ".", w.time.Point, 1))
}

// Funcs are the words for templates: t and n take slots of text, which they escape, and of template.HTML, which they do not.
func (w *Words) Funcs() template.FuncMap {
	return template.FuncMap{
		"t":      func(sentence string, slots ...any) template.HTML { return w.markup(w.T(sentence), slots) },
		"n":      func(n int, one, other string, slots ...any) template.HTML { return w.markup(w.N(n, one, other), slots) },
		"day":    w.Day,
		"moment": w.Moment,
		"month":  w.Month,
		"ago":    w.Ago,
		"count":  w.Count,
		"bdi":    func(s any) template.HTML { return "<bdi>" + escaped(s) + "</bdi>" },
		"strong": func(s any) template.HTML { return "<strong>" + escaped(s) + "</strong>" },
		"handled": func(name, acct any) template.HTML {
			return "<bdi>" + escaped(name) + "</bdi> <bdi>@" + escaped(acct) + "</bdi>"
		},
		"beside": func(a, b template.HTML) template.HTML { return a + " (" + b + ")" },
		// link leads to a path of the site; anything else leads nowhere.
		"link": func(path string, s any) template.HTML {
			if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
				path = "#"
			}
			return `<a href="` + escaped(path) + `">` + escaped(s) + "</a>"
		},
	}
}

func escaped(s any) template.HTML {
	if h, ok := s.(template.HTML); ok {
		return h
	}
	return template.HTML(template.HTMLEscapeString(fmt.Sprint(s))) //nolint:gosec // escaped
}

func (w *Words) markup(said string, slots []any) template.HTML {
	said = template.HTMLEscapeString(said)
	pairs := make([]string, 0, len(slots))
	for i := 0; i+1 < len(slots); i += 2 {
		value := escaped(slots[i+1])
		if _, html := slots[i+1].(template.HTML); !html && w.Lang == "ar" {
			value = "<bdi>" + value + "</bdi>"
		}
		pairs = append(pairs, "{"+fmt.Sprint(slots[i])+"}", string(value))
	}
	return template.HTML(strings.NewReplacer(pairs...).Replace(said)) //nolint:gosec // escaped above, piece by piece
}
