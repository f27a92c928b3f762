package pages_test

import (
	"strings"
	"testing"

	"skein/internal/core/social"
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
