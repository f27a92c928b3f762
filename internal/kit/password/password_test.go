package password

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

func cheap() *Hasher { return New(Options{Params: Cheap()}) }

func TestHashAndVerify(t *testing.T) {
	h, ctx := cheap(), t.Context()
	one, err := h.Hash(ctx, "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	two, err := h.Hash(ctx, "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if one == two || !strings.HasPrefix(one, "$argon2id$v=19$m=8,t=1,p=1$") {
		t.Errorf("hashes %s and %s", one, two)
	}
	for pw, want := range map[string]bool{"correct horse": true, "Correct horse": false, "": false, "correct horse\x00": false} {
		if ok, rehash, err := h.Verify(ctx, one, pw); ok != want || rehash || err != nil {
			t.Errorf("Verify(%q) = %v, %v, %v", pw, ok, rehash, err)
		}
	}
}

// The argon2id hash is one of the test vectors of libargon2.
// https://github.com/P-H-C/phc-winner-argon2/blob/master/src/test.c
func TestVerifiesHashesOfOthers(t *testing.T) {
	h := cheap()
	b, err := bcrypt.GenerateFromPassword([]byte("password"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	for _, encoded := range []string{
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		string(b),
		"$2y" + string(b)[3:],
	} {
		if ok, rehash, err := h.Verify(t.Context(), encoded, "password"); !ok || !rehash || err != nil {
			t.Errorf("%s: %v, %v, %v", encoded, ok, rehash, err)
		}
		if ok, rehash, err := h.Verify(t.Context(), encoded, "differentpassword"); ok || rehash || err != nil {
			t.Errorf("%s, wrong: %v, %v, %v", encoded, ok, rehash, err)
		}
	}
}

func TestVerifyRefusesOddHashes(t *testing.T) {
	h := cheap()
	for _, encoded := range []string{
		"", "x", "$", "$argon2id$", "password", "$1$abc$def", "$2a$99$" + strings.Repeat("a", 53), "$2a$20$" + strings.Repeat("a", 53), "$2",
		"$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=18$m=8,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=99999999,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=8,t=99,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=8,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=8,t=1,p=0$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=8,t=1,p=1,x=2$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$", "$argon2id$v=19$m=8,t=1,p=1$!!$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
	} {
		if ok, _, err := h.Verify(t.Context(), encoded, "password"); ok || !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v, %v", encoded, ok, err)
		}
	}
	if _, err := h.Hash(t.Context(), strings.Repeat("a", MaxLength+1)); !errors.Is(err, ErrLong) {
		t.Errorf("a long password: %v", err)
	}
}

func TestRehash(t *testing.T) {
	weak, err := cheap().Hash(t.Context(), "pw")
	if err != nil {
		t.Fatal(err)
	}
	strong := New(Options{Params: Params{Memory: 16, Time: 1, Lanes: 1, Salt: 16, Key: 32}})
	if ok, rehash, err := strong.Verify(t.Context(), weak, "pw"); !ok || !rehash || err != nil {
		t.Errorf("%v, %v, %v", ok, rehash, err)
	}
}

func TestT95_FloodIsBounded(t *testing.T) {
	h := New(Options{Params: Params{Memory: 1024, Time: 4, Lanes: 1, Salt: 16, Key: 32}, Parallel: 2, Queue: 10})
	var done, busy atomic.Int64
	start := make(chan struct{})
	var wg sync.WaitGroup
	for range 1000 {
		wg.Go(func() {
			<-start
			switch _, err := h.Hash(t.Context(), "pw"); {
			case err == nil:
				done.Add(1)
			case errors.Is(err, ErrBusy):
				busy.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
	if done.Load() < 2 || busy.Load() == 0 || done.Load()+busy.Load() != 1000 {
		t.Errorf("%d done, %d busy", done.Load(), busy.Load())
	}
	if h.waiting.Load() != 0 || len(h.turn) != 0 {
		t.Error("somebody waits still")
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	h := New(Options{Params: Cheap(), Parallel: 1})
	h.turn <- struct{}{}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := h.Dummy(ctx, "pw"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestT41_DummyTakesAsLong(t *testing.T) {
	h := New(Options{Params: Params{Memory: 4096, Time: 2, Lanes: 1, Salt: 16, Key: 32}})
	encoded, err := h.Hash(t.Context(), "right")
	if err != nil {
		t.Fatal(err)
	}
	median := func(f func()) time.Duration {
		var all []time.Duration
		for range 21 {
			start := time.Now()
			f()
			all = append(all, time.Since(start))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	// The machine may be busy: one quiet try out of ten is enough.
	for try := 0; ; try++ {
		known := median(func() { _, _, _ = h.Verify(t.Context(), encoded, "wrong") })
		unknown := median(func() { _ = h.Dummy(t.Context(), "wrong") })
		if r := float64(unknown) / float64(known); r > 0.8 && r < 1.2 {
			return
		} else if try == 9 {
			t.Fatalf("T145: an unknown user takes %.2f times as long as a wrong password", r)
		}
	}
}

func TestToken(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		clear, hash := Token()
		sum := sha256.Sum256([]byte(clear))
		if len(clear) != 43 || strings.Trim(clear, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" ||
			!slices.Equal(hash, sum[:]) || !slices.Equal(TokenHash(clear), hash) || seen[clear] {
			t.Fatalf("token %q, hash %x", clear, hash)
		}
		seen[clear] = true
	}
}

func BenchmarkVerifyDefault(b *testing.B) {
	h := New(Options{})
	for b.Loop() {
		_ = h.Dummy(context.Background(), "pw")
	}
}
