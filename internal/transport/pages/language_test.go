package pages_test

import (
	"strings"
	"testing"

	"skein/internal/core/identity"
	"skein/internal/core/social"
	"skein/internal/store"
)

// TestPagesSpeakTheVisitorsLanguage: as the cookie of the app says, else as the browser asks; Arabic runs from right to left.
func TestPagesSpeakTheVisitorsLanguage(t *testing.T) {
	w := inTown(t, built)
	ada := w.person("ada", "Ada")
	post := w.write(ada, social.Draft{Text: "hello"})
	for _, c := range []struct {
		path   string
		header []string
		want   []string
	}{
		{"/", []string{"Accept-Language", "de-AT,en;q=0.5"}, []string{`lang="de" dir="ltr"`, "Neueste Beiträge", ">Anmelden</a>", "1 Person"}},
		{"/", []string{"Accept-Language", "de", "Cookie", "lang=fr"}, []string{`lang="fr"`, "Derniers messages", "1 personne"}},
		{"/about", []string{"Accept-Language", "ar-EG"}, []string{`lang="ar" dir="rtl"`, "عن <bdi>Elm &amp; Co</bdi>", "شخص واحد"}},
		{"/@ada", []string{"Accept-Language", "es"}, []string{`lang="es"`, "Aquí desde noviembre de 2026", "</strong> publicación"}},
		{"/@ada/" + post.ID.String(), []string{"Accept-Language", "de"}, []string{"Beitrag von <bdi>Ada</bdi>", "22. November 2026 um ", "Ende der Unterhaltung"}},
		{"/nowhere", []string{"Accept-Language", "de"}, []string{"Hier ist nichts", "Zur Startseite"}},
		{"/", []string{"Accept-Language", "ja"}, []string{`lang="en"`, "Latest posts"}},
		{"/settings", []string{"Accept-Language", "ar", "Cookie", signedIn}, []string{`lang="ar" dir="rtl"`, "الإعدادات", "القائمة الرئيسية"}},
	} {
		r := w.get(c.path, c.header...)
		for _, want := range c.want {
			if !strings.Contains(r.Body.String(), want) {
				t.Errorf("%s %v lacks %q:\n%s", c.path, c.header, want, r.Body)
				break
			}
		}
	}
}

// TestT125_LanguageIsChosenOnAPage: the choice is kept, and leads back to the page and nowhere else.
// TestT122_LanguageOfAnAccountIsChosenOnOurPages: who chooses a language on a page of ours while signed in gets letters in it; a link
// on a page of others chooses for this browser at most.
func TestT122_LanguageOfAnAccountIsChosenOnOurPages(t *testing.T) {
	w := inTown(t, built)
	ada := w.person("ada", "Ada")
	w.pages.Identity = &identity.Service{DB: w.db, Site: w.Site}
	w.pages.Identity.Start()
	session, err := w.pages.Identity.Begin(t.Context(), w.site.ID, ada.Account, identity.Browser{Agent: "a browser", Address: ""})
	if err != nil {
		t.Fatal(err)
	}
	locale := func() (l string) {
		w.update(func(tx *store.Tx) error {
			p, err := tx.Person(ada.Account)
			if err == nil {
				l = p.Locale
			}
			return err
		})
		return l
	}
	for _, c := range []struct{ query, from, cookie, want string }{
		{"to=de", "cross-site", session, ""}, {"to=de", "", session, ""}, {"to=de", "same-origin", "no session", ""}, {"to=xx", "same-origin", session, ""},
		{"to=de", "same-origin", session, "de"},
	} {
		w.get("/language?"+c.query, "Sec-Fetch-Site", c.from, "Cookie", "__Host-session="+c.cookie)
		if got := locale(); got != c.want {
			t.Errorf("%+v: letters are in %q", c, got)
		}
	}
}

func TestT125_LanguageIsChosenOnAPage(t *testing.T) {
	w := inTown(t, built)
	if r := w.get("/about", "Accept-Language", "en"); !strings.Contains(r.Body.String(), `<a href="/language?to=ar&amp;return_to=%2fabout" lang="ar"`) {
		t.Errorf("no choice of language:\n%s", r.Body)
	}
	for _, c := range []struct{ query, to, cookie string }{
		{"to=de&return_to=/about", "/about", "lang=de; Path=/; Max-Age=31536000"},
		{"to=de&return_to=//evil.example", "/", "lang=de"},
		{"to=xx&return_to=/@ada", "/@ada", ""},
	} {
		r := w.get("/language?" + c.query)
		if got := r.Header().Get("Location"); r.Code != 303 || got != c.to {
			t.Errorf("%s: %d to %q, want %q", c.query, r.Code, got, c.to)
		}
		if got := r.Header().Get("Set-Cookie"); !strings.HasPrefix(got, c.cookie) || (c.cookie == "") != (got == "") {
			t.Errorf("%s: cookie %q, want %q", c.query, got, c.cookie)
		}
	}
}
