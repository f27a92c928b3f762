package oauth

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"

	"skein/internal/kit/web"
	kitwords "skein/internal/kit/words"
	"skein/internal/skein"
)

// page is what every page of the door needs.
type page struct {
	web.Look
	Site  *skein.Site
	Title string
	CSS   []string
	Fonts []string
	Here  string // to come back to in another language

	Heading string
	Lead    string
	Note    string // something that went well
	Hint    string // what helps on
	Fault   string // something that went wrong with the form as a whole
	Action  string // where the form goes
	Hidden  []hidden
	Owner   string // whose password the form is about, for password managers
	Fields  []field
	Submit  string
	Links   []link
	Script  string  // for passkeys; empty: the page has none
	Asked   string  // what it asks the browser, JSON
	Others  []other // accounts that this browser is signed in to
}

// other is an account to go on as.
type other struct{ ID, Name string }

// Pass is what a form carries on that goes on as another account: where to.
func (p *page) Pass() *page {
	return &page{Hidden: slices.DeleteFunc(slices.Clone(p.Hidden), func(h hidden) bool { return h.Name != "return_to" })}
}

// hidden is a field that people do not see.
type hidden struct{ Name, Value string }

// field is one input of a form, with what is wrong with it.
type field struct {
	Name, Label, Hint string
	Type              string // text, email, password, textarea
	Value             string
	Fault             string
	Autocomplete      string
	Max               int
	Before, After     string // what stands around the input, as a handle's @ and server around its name
	Optional, Focus   bool
	Plain             bool // no capitals, no spelling: a name or an address
}

// Describe is the list of elements that say more about the field.
func (f field) Describe() string {
	var ids []string
	if f.After != "" {
		ids = append(ids, f.Name+"-after")
	}
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	if f.Fault != "" {
		ids = append(ids, f.Name+"-error")
	}
	return strings.Join(ids, " ")
}

// link leads on from a page.
type link struct{ Text, To, Label string }

// t says a sentence in the language that the page is asked in: internal/kit/words.
func (c *call) t(sentence string, slots ...string) string {
	return kitwords.In(c.lang()).T(sentence, slots...)
}

func (c *call) lang() string { return web.LookOf(c.r).Lang }

func (c *call) page(title string) *page {
	p := &page{Look: web.LookOf(c.r), Site: c.site, Title: title, Heading: title, Action: c.r.URL.Path}
	p.Here = c.r.URL.RequestURI()
	if c.s.Dress != nil {
		p.CSS, p.Fonts = c.s.Dress(p.Font)
	}
	return p
}

// show renders a page whole and then sends it, so that a fault leaves no half of one.
func (c *call) show(status int, name string, data any) { c.render(status, name, data, false) }

func (c *call) render(status int, name string, data any, consent bool) {
	var b bytes.Buffer
	if err := templates()[c.lang()].ExecuteTemplate(&b, name, data); err != nil {
		c.log("render "+name, err)
		http.Error(c.w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	h := c.w.Header()
	if consent {
		web.SecurityHeaders(h, web.ConsentPolicy())
	} else {
		web.SecurityHeaders(h, web.PagePolicy(c.site.Base, c.site.Domain))
		web.Isolate(h)
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "Cookie")
	h.Add("Vary", "Accept-Language")
	c.w.WriteHeader(status)
	if c.r.Method != http.MethodHead {
		_, _ = c.w.Write(b.Bytes())
	}
}

// notice is a page that only says something.
func (c *call) notice(status int, heading, text, to, label string) {
	p := c.page(heading)
	p.Lead = text
	if to != "" {
		p.Links = []link{{"", to, label}}
	}
	c.show(status, "notice", p)
}

// failed answers for an error that no field of a form is to blame for.
func (c *call) failed(what string, err error) {
	switch skein.KindOf(err) {
	case skein.Internal:
		c.log(what, err)
		c.notice(http.StatusInternalServerError, c.t("Something went wrong"),
			c.t("It is our fault, and it has been noted. Please try again in a moment."), "", "")
	default:
		c.notice(statusOf[skein.KindOf(err)], c.t("That didn't work"), c.t(err.Error()), "/", c.t("To the front page"))
	}
}

var statusOf = map[skein.Kind]int{
	skein.Invalid:      http.StatusUnprocessableEntity,
	skein.Denied:       http.StatusForbidden,
	skein.NotFound:     http.StatusNotFound,
	skein.Conflict:     http.StatusConflict,
	skein.Busy:         http.StatusTooManyRequests,
	skein.Unauthorized: http.StatusUnprocessableEntity, // 401 would ask browsers for another kind of sign-in
	skein.Gone:         http.StatusGone,
}

const tooMany = "There were too many attempts from your network. Wait a few minutes and try again."

// again shows a form once more, with what is wrong beside each field and all values but passwords kept.
func (c *call) again(p *page, what string, err error) {
	kind := skein.KindOf(err)
	if kind == skein.Internal {
		c.log(what, err)
		p.Fault = c.t("Something went wrong on our side. Nothing was lost; please try again.")
		c.show(http.StatusInternalServerError, "form", p)
		return
	}
	p.blame(c, err)
	c.show(statusOf[kind], "form", p)
}

// blame writes what an error says into a form: beside the fields that it names, else above them.
func (p *page) blame(c *call, err error) {
	var e *skein.Error
	if !errors.As(err, &e) {
		p.Fault = c.t(err.Error())
		return
	}
	for _, f := range e.Fields {
		if !p.mark(f.Field, c.words(f)) {
			p.Fault = c.words(f)
		}
	}
	switch {
	case len(e.Fields) == 0:
		p.Fault = c.t(e.Text)
	case p.Fault == "":
		p.Fault = c.t("Please look at what is marked below.")
	}
	p.focus()
}

// mark says what is wrong with a field, and tells whether there is such a field.
func (p *page) mark(name, fault string) bool {
	for i := range p.Fields {
		if p.Fields[i].Name == name {
			if p.Fields[i].Fault == "" {
				p.Fields[i].Fault = fault
			}
			return true
		}
	}
	return false
}

// focus puts the cursor where there is something to mend.
func (p *page) focus() {
	first := -1
	for i := range p.Fields {
		if p.Fields[i].Focus = false; first < 0 && p.Fields[i].Fault != "" {
			first = i
		}
	}
	if first < 0 && len(p.Fields) > 0 {
		first = 0
	}
	if first >= 0 {
		p.Fields[first].Focus = true
	}
}

// sentences say what is wrong in plain words, by field and code.
var sentences = map[string]string{
	"username blank":            "Choose a handle.",
	"username taken":            "This handle, or one that looks like it, is taken. Try another.",
	"username reserved":         "This handle is kept for those who run the site. Try another.",
	"username invalid":          "A handle has letters, digits and underscores only.",
	"username too_long":         "A handle has 30 characters at most.",
	"email blank":               "Enter your email address.",
	"email invalid":             "This doesn't look like an email address. Is there a typing mistake?",
	"email too_long":            "This email address is too long.",
	"email taken":               "There is an account with this address already.",
	"email blocked":             "This is a throw-away mailbox. Use an address that you keep, or you could never get back in.",
	"password blank":            "Choose a password.",
	"password too_short":        "Make it 8 characters or more.",
	"password too_long":         "Make it 200 characters or fewer.",
	"password invalid":          "Choose something else than your handle or address.",
	"agreement accepted":        "Please agree to the rules first.",
	"reason blank":              "Write a few words, so that the moderators know who knocks.",
	"reason too_long":           "Make it 1000 characters or fewer.",
	"invite_code blank":         "This site is by invitation. Open the link that you were given.",
	"invite_code invalid":       "This invitation is not valid any more. Ask for another.",
	"name blank":                "Give the site a name.",
	"date_of_birth blank":       "Say when you were born.",
	"date_of_birth invalid":     "This is not a day such as 2001-12-31.",
	"date_of_birth below_limit": "You are too young to sign up here.",
	"joining invalid":           "Choose who may sign up.",
}

func (c *call) words(f skein.FieldError) string {
	if s := sentences[f.Field+" "+f.Code]; s != "" {
		return c.t(s)
	}
	return c.t(strings.ToUpper(f.Text[:1]) + f.Text[1:] + ".")
}
