package mastodon

import (
	"bufio"
	"bytes"
	"net"
	"slices"
	"strings"
	"testing"
)

// counted is a connection that remembers what it was given, write by write.
type counted struct {
	net.Conn
	writes [][]byte
}

func (c *counted) Write(p []byte) (int, error) {
	c.writes = append(c.writes, bytes.Clone(p))
	return len(p), nil
}

// RFC 6455 5.2: a frame of any size leaves in one write, as it was, though the buffer in front holds a header only.
func TestFramesLeaveWhole(t *testing.T) {
	var got counted
	w := bufio.NewWriterSize(&whole{conn: &got}, maxHeader)
	var want [][]byte
	for _, n := range []int{0, 3, 13, 14, 15, 30, 125, 126, 200, 65535, 65536, 100000, 1} {
		header := []byte{0x81, byte(n)}
		switch {
		case n > 65535:
			header = []byte{0x81, 127, 0, 0, 0, 0, 0, byte(n >> 16), byte(n >> 8), byte(n)}
		case n > 125:
			header = []byte{0x81, 126, byte(n >> 8), byte(n)}
		}
		payload := []byte(strings.Repeat("x", n))
		for _, part := range [][]byte{header[:1], header[1:], payload} {
			if _, err := w.Write(part); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		want = append(want, slices.Concat(header, payload))
	}
	if !slices.EqualFunc(got.writes, want, bytes.Equal) {
		t.Errorf("got %d writes, want %d frames", len(got.writes), len(want))
	}
}
