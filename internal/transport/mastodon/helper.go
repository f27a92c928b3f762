package mastodon

import (
	"fmt"
	"runtime/debug"
	"time"
)

// helpers do the deep work of live streams: few goroutines with large stacks instead of a large stack for each listener. How
// many there are also bounds how many looks at the database an event to thousands sets off at once.
type helpers struct {
	work  chan func()
	seats chan struct{} // one for each helper
	quit  <-chan struct{}
}

const (
	maxHelpers = 16
	helperRest = 10 * time.Second // one that had nothing to do for so long ends
)

func newHelpers(quit <-chan struct{}) *helpers {
	return &helpers{work: make(chan func()), seats: make(chan struct{}, maxHelpers), quit: quit}
}

// do has a helper do something, and waits for it.
func (h *helpers) do(fn func() error) (err error) {
	done := make(chan struct{})
	work := func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		err = fn()
	}
	select {
	case h.work <- work: // somebody waits for it
	default:
		select {
		case h.work <- work:
		case h.seats <- struct{}{}:
			go h.help(work)
		}
	}
	<-done
	return err
}

func (h *helpers) help(work func()) {
	defer func() { <-h.seats }()
	rest := time.NewTimer(helperRest)
	defer rest.Stop()
	for {
		work()
		rest.Reset(helperRest)
		select {
		case work = <-h.work:
		case <-rest.C:
			return
		case <-h.quit:
			return
		}
	}
}
