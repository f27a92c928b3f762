package mastodon

import "testing"

// Every route answers with an entity that is described, and says what it takes.
func TestEveryRouteIsDescribed(t *testing.T) {
	for _, r := range Routes() {
		if _, err := r.Answer(); err != nil {
			t.Errorf("%s gives what entities.txt does not know: %v", r.Name(), err)
		}
		if Calls().Shape(r.Name()) == nil && r.Path != "/api/v1/admin/{rest...}" && r.Path != "/api/v2/admin/{rest...}" {
			t.Errorf("calls.txt does not say what %s is for, and what it takes", r.Name())
		}
	}
}
