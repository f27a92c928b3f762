package fedtest

import (
	"strings"
	"testing"
)

// What somebody does about signing in, in the web app: the password is asked for, others are signed out, and nobody does it
// for somebody else or by an app's token (T140, T141, T150).
func TestT140_T150_SigningInIsSeenTo(t *testing.T) {
	w := newWorld(t)
	const at = "/api/skein/v1/security"
	one, two, bob := w.browser(w.ann), w.browser(w.ann), w.browser(w.bob)
	status := func(p *Person, method, path string, body m) int { return w.send(p, inJSON, method, path, body).status }
	sessions := At(w.send(one, inJSON, "GET", at, nil).json(), "sessions").([]any)
	var this string
	for _, s := range sessions {
		if At(s, "current") == true {
			this = At(s, "id").(string)
		}
	}
	if got := status(bob, "DELETE", at+"/sessions/"+this, nil); got != 404 {
		t.Errorf("T141: bob ends ann's session: %d", got)
	}
	if got := status(w.ann, "POST", at+"/password", m{"old_password": "correct horse battery", "password": "another horse"}); got != 403 {
		t.Errorf("an app changes the password: %d", got)
	}
	got := w.send(one, inJSON, "POST", at+"/password", m{"old_password": "correct horse battery", "password": "another horse"})
	if got.status != 200 {
		t.Fatalf("change of password: %d %s", got.status, got.body)
	}
	cookie, _, _ := strings.Cut(strings.Join(got.header["Set-Cookie"], "\n"), ";")
	fresh := &Person{Site: w.ann.Site, Cookie: cookie}
	if now := status(fresh, "GET", at, nil); now != 200 {
		t.Errorf("the browser that asked is signed out: %d", now)
	}
	for who, p := range map[string]*Person{"the session before": one, "another browser": two, "an app": w.ann} {
		if now := status(p, "GET", "/api/v1/accounts/verify_credentials", nil); now != 401 {
			t.Errorf("T140: %s lives on: %d", who, now)
		}
	}
	if got := status(fresh, "POST", at+"/close", m{"password": "correct horse battery"}); got != 403 {
		t.Errorf("closed with the old password: %d", got)
	}
	got = w.send(fresh, inJSON, "POST", at+"/close", m{"password": "another horse"})
	if got.status != 200 || !strings.Contains(strings.Join(got.header["Set-Cookie"], "\n"), "Max-Age=0") {
		t.Errorf("close: %d %s %v", got.status, got.body, got.header["Set-Cookie"])
	}
	if now := status(fresh, "GET", at, nil); now != 401 {
		t.Errorf("a closed account is signed in: %d", now)
	}
	if now := status(visitor, "GET", "/api/v1/accounts/"+w.ann.ID, nil); now == 200 {
		t.Error("a closed account is still there")
	}
}
