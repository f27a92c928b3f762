package identity_test

import (
	"testing"

	"skein/internal/skein"
)

// TestLettersSpeakWhatTheirReaderChose: who chooses a language gets letters in it, also while they wait to be let in; nobody
// chooses for another, and what is no language is not kept.
func TestLettersSpeakWhatTheirReaderChose(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u, err := w.SignUp(t.Context(), w.oak.ID, form("ann")) // not confirmed, not let in
		if err != nil {
			t.Fatal(err)
		}
		if got := w.post()[0].Subject; got != "Confirm your address for oak.example" {
			t.Errorf("at first: %q", got)
		}
		ann := skein.Viewer{Site: w.oak.ID, Account: u.Account}
		if err := w.Speak(t.Context(), ann, "de-AT"); err != nil {
			t.Fatal(err)
		}
		for who, want := range map[skein.Viewer]skein.Kind{
			{Site: w.oak.ID}: skein.Unauthorized, {Site: w.elm.ID, Account: u.Account}: skein.NotFound,
		} {
			if got := skein.KindOf(w.Speak(t.Context(), who, "fr")); got != want {
				t.Errorf("%+v speaks for ann: %v, want %v", who, got, want)
			}
		}
		if got := skein.KindOf(w.Speak(t.Context(), ann, "no language")); got != skein.Invalid {
			t.Errorf("no language: %v", got)
		}
		if err := w.Resend(t.Context(), ann, ""); err != nil {
			t.Fatal(err)
		}
		if got, want := w.post()[0].Subject, "Bestätige deine Adresse für oak.example"; got != want {
			t.Errorf("then: %q, want %q", got, want)
		}
	})
}
