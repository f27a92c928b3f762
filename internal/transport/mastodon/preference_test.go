package mastodon

import "testing"

// How posts are shown belongs to the person, not to a device: what one app sets another reads.
func TestReadingPreferencesTravel(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	bob := w.token(w.site, w.person(w.site, "bob"))
	w.do(200, "PATCH", "/api/v1/accounts/update_credentials", ann, `{"source":{"expand_media":"hide_all","expand_spoilers":true,"autoplay_gifs":true}}`)
	w.do(200, "PATCH", "/api/v1/accounts/update_credentials", ann, `{"source":{"expand_spoilers":false}}`)
	w.do(422, "PATCH", "/api/v1/accounts/update_credentials", ann, `{"source":{"expand_media":"some"}}`)
	for token, want := range map[string][3]any{ann: {"hide_all", false, true}, bob: {"default", false, false}} {
		p := w.do(200, "GET", "/api/v1/preferences", token, nil)
		if got := [3]any{p["reading:expand:media"], p["reading:expand:spoilers"], p["reading:autoplay:gifs"]}; got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}
