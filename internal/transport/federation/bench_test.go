package federation

import (
	"fmt"
	"net/http"
	"syscall"
	"testing"
	"time"

	"skein/internal/kit/httpsig"
)

// BenchmarkInbox takes in public posts of somebody who is followed here: the door, the insert and the job. The aim is
// 0.6 ms of CPU for each, beside the signature check (reported on its own).
func BenchmarkInbox(b *testing.B) {
	w := newWorld(b)
	w.Unlimited, w.hosts = true, nil
	p := w.peer("oak.test", "127.0.0.11")
	bob := w.meets(p.actor("bob"))
	w.follows(w.ann, bob)
	requests := make([]*http.Request, b.N)
	bodies := make([][]byte, b.N)
	for i := range requests {
		text := p.text(activity("bob", createNote("bob", fmt.Sprint(i), `"tag":[{"type":"Mention","href":"@ANN","name":"@ann"},{"type":"Hashtag","name":"#tea"}]`)))
		bodies[i] = []byte(text)
		requests[i] = p.post("/inbox", "$/users/bob#main-key", text)
	}
	public, err := httpsig.ParsePublicKey(keyPairs()[2][1])
	if err != nil {
		b.Fatal(err)
	}
	check := cpu()
	for i := range requests {
		sig, err := httpsig.Parse(requests[i])
		if err == nil {
			err = sig.Verify(requests[i], bodies[i], public, w.clock(), w.site.Base)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	check = cpu() - check
	b.ResetTimer()
	began := cpu()
	for i := range requests {
		if got := w.do(requests[i]); got.Code != http.StatusAccepted {
			b.Fatalf("got %d", got.Code)
		}
	}
	door := cpu() - began
	w.settle()
	all := cpu() - began
	if w.stored(p.base+"/notes/0") == nil {
		b.Fatal("nothing was stored")
	}
	n := time.Duration(b.N)
	b.ReportMetric(float64((door-check)/n)/1e3, "µs-door")
	b.ReportMetric(float64((all-check)/n)/1e3, "µs-all")
	b.ReportMetric(float64(check/n)/1e3, "µs-signature")
}

// cpu is the time that this process has worked.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
