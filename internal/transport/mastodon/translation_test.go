package mastodon

import (
	"context"
	"errors"
	"strings"
	"testing"

	"skein/internal/kit/translate"
)

// interpreter speaks in capitals.
type interpreter struct {
	asked int
	err   error
}

func (*interpreter) Name() string { return "Interpreter" }

func (*interpreter) Languages(context.Context) (map[string][]string, error) {
	return map[string][]string{"en": {"de"}, "und": {"de", "en"}}, nil
}

func (i *interpreter) Translate(_ context.Context, pieces []string, _, _ string) (out []string, source string, err error) {
	i.asked++
	for _, p := range pieces {
		out = append(out, "<script>x</script>"+strings.ReplaceAll(p, "moss", "Moos"))
	}
	return out, "en", i.err
}

// mastodon-api.md 3.5 and 3.17: translation, and the ways in which it is refused.
func TestTranslate(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	post := func(body string) string {
		t.Helper()
		return "/api/v1/statuses/" + w.do(200, "POST", "/api/v1/statuses", ann, body)["id"].(string)
	}
	one := post(`{"status":"moss & <b>","spoiler_text":"moss > fern","language":"en","poll":{"options":["moss","fern"],"expires_in":3600}}`)
	w.do(404, "POST", one+"/translate", ann, `{"lang":"de"}`)
	i := &interpreter{}
	w.api.Social.Translator = i
	w.do(404, "POST", "/api/v1/statuses/4242/translate", ann, `{"lang":"de"}`)
	for range 2 { // the second time from what is kept
		got := w.do(200, "POST", one+"/translate", ann, `{"lang":"de-AT"}`)
		poll, _ := got["poll"].(map[string]any)
		if got["content"] != "<p>Moos &amp; &lt;b&gt;</p>" || got["spoiler_text"] != "<script>x</script>Moos > fern" || got["language"] != "de" ||
			got["detected_source_language"] != "en" || got["provider"] != "Interpreter" || len(poll["options"].([]any)) != 2 {
			t.Errorf("translated: %v", got)
		}
	}
	if i.asked != 1 {
		t.Errorf("asked %d times, want once", i.asked)
	}
	w.do(200, "PUT", one, ann, `{"status":"other moss","language":"en"}`)
	if got := w.do(200, "POST", one+"/translate", ann, `{"lang":"de"}`); got["content"] != "<p>other Moos</p>" || got["poll"] != nil {
		t.Errorf("after an edit: %v", got)
	}
	w.do(403, "POST", one+"/translate", ann, `{"lang":"fr"}`)
	w.do(422, "POST", one+"/translate", ann, `{"lang":"not a language"}`)
	w.do(403, "POST", post(`{"status":"x","visibility":"private"}`)+"/translate", ann, `{"lang":"de"}`)
	for _, i.err = range []error{translate.ErrQuota, translate.ErrCrowded, errors.New("no such host")} {
		w.do(503, "POST", post(`{"status":"x"}`)+"/translate", ann, `{"lang":"de"}`)
	}
	langs := w.do(200, "GET", "/api/v1/instance/translation_languages", "", nil)
	if len(langs["und"].([]any)) != 2 {
		t.Errorf("languages: %v", langs)
	}
	config := w.do(200, "GET", "/api/v2/instance", "", nil)["configuration"].(map[string]any)
	if config["translation"].(map[string]any)["enabled"] != true {
		t.Error("translation is not announced")
	}
}
