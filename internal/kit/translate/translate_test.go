package translate

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// The two services, by hand, as their documentation describes them.
func fakes(t *testing.T) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v2/translate", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "DeepL-Auth-Key secret" {
			w.WriteHeader(403)
			return
		}
		if err := r.ParseForm(); err != nil || r.Form.Get("tag_handling") != "html" {
			w.WriteHeader(400)
			return
		}
		switch r.Form.Get("target_lang") {
		case "IT":
			w.WriteHeader(456)
			return
		case "ES":
			w.WriteHeader(429)
			return
		}
		var list []map[string]string
		for _, s := range r.Form["text"] {
			if s == "into" {
				s = r.Form.Get("target_lang")
			}
			list = append(list, map[string]string{"detected_source_language": "EN", "text": strings.ToUpper(s) + r.Form.Get("source_lang")})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"translations": list})
	})
	mux.HandleFunc("GET /v2/languages", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, map[string]string{"source": `[{"language":"EN"},{"language":"DE"}]`, "target": `[{"language":"EN-GB"},{"language":"DE"}]`}[r.FormValue("type")])
	})
	mux.HandleFunc("POST /lt/translate", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Q                              []string
			Source, Target, Format, APIKey string
			Key                            string `json:"api_key"`
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.Format != "html" || in.Key != "secret" {
			w.WriteHeader(400)
			return
		}
		if in.Target == "it" {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(302)
			return
		}
		out := map[string]any{"translatedText": in.Q[:len(in.Q)-len(in.Target)+2]}
		if in.Source == "auto" {
			out["detectedLanguage"] = []map[string]any{{"confidence": 90, "language": "en"}, {"confidence": 10, "language": "fr"}}
		}
		_ = json.NewEncoder(w).Encode(out)
	})
	mux.HandleFunc("GET /lt/languages", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `[{"code":"en","name":"English","targets":["de","en"]},{"code":"de","name":"German","targets":["de","en"]}]`)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func TestDeepL(t *testing.T) {
	c, err := New("deepl+http://secret@"+strings.TrimPrefix(fakes(t).URL, "http://"), http.DefaultTransport)
	if err != nil {
		t.Fatal(err)
	}
	out, source, err := c.Translate(t.Context(), []string{"<p>a</p>", "b"}, "en", "de")
	if err != nil || source != "en" || !slices.Equal(out, []string{"<P>A</P>EN", "BEN"}) {
		t.Errorf("got %q, %q, %v", out, source, err)
	}
	if _, _, err := c.Translate(t.Context(), []string{"a"}, "", "it"); !errors.Is(err, ErrQuota) {
		t.Errorf("quota: got %v", err)
	}
	if _, _, err := c.Translate(t.Context(), []string{"a"}, "", "es"); !errors.Is(err, ErrCrowded) {
		t.Errorf("crowded: got %v", err)
	}
	// Of English and Portuguese it wants to know which.
	for to, want := range map[string]string{"en": "EN-US", "pt": "PT-BR", "en-gb": "EN-GB", "de": "DE"} {
		if out, _, err := c.Translate(t.Context(), []string{"into"}, "", to); err != nil || out[0] != want {
			t.Errorf("into %s: got %q, %v, want %s", to, out, err, want)
		}
	}
	list, err := c.Languages(t.Context())
	if err != nil || !slices.Equal(list["und"], []string{"en-gb", "de", "en"}) || !slices.Equal(list["de"], []string{"en-gb", "en"}) || !slices.Equal(list["en"], []string{"de"}) {
		t.Errorf("languages: got %v, %v", list, err)
	}
}

func TestLibreTranslate(t *testing.T) {
	c, err := New("libretranslate+http://secret@"+strings.TrimPrefix(fakes(t).URL, "http://")+"/lt/", http.DefaultTransport)
	if err != nil {
		t.Fatal(err)
	}
	out, source, err := c.Translate(t.Context(), []string{"a", "b"}, "", "de")
	if err != nil || source != "en" || !slices.Equal(out, []string{"a", "b"}) {
		t.Errorf("got %q, %q, %v", out, source, err)
	}
	if _, _, err := c.Translate(t.Context(), []string{"a"}, "en", "it"); err == nil {
		t.Error("a redirect is followed")
	}
	if _, _, err := c.Translate(t.Context(), []string{"a", "b"}, "en", "ger"); err == nil {
		t.Error("an answer with fewer pieces is taken")
	}
	list, err := c.Languages(t.Context())
	if err != nil || !slices.Equal(list["en"], []string{"de"}) || !slices.Equal(list["und"], []string{"de", "en"}) {
		t.Errorf("languages: got %v, %v", list, err)
	}
}

func TestServiceIsNamedProperly(t *testing.T) {
	for _, bad := range []string{"", "https://key@api.deepl.com", "deepl+https://api.deepl.com", "google+https://key@x.example", "deepl+ftp://key@x.example"} {
		if _, err := New(bad, nil); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
