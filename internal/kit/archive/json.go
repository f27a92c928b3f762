package archive

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// gate stops a reading that waits too long for the end of one thing: nothing large is ever held.
type gate struct {
	r    io.Reader
	read int64
	mark int64
}

func (g *gate) Read(b []byte) (int, error) {
	if g.read-g.mark > maxElement {
		return 0, fmt.Errorf("%w: a thing in it is too large", ErrHostile)
	}
	n, err := g.r.Read(b[:min(len(b), 64<<10)])
	g.read += int64(n)
	return n, err
}

// elements hands on the elements of the list in a JSON text, one by one: of a bare array, or of an array that is a value of an
// object; with a key only of that one's.
func elements(r io.Reader, key string, one func(json.RawMessage) error) error {
	in := bufio.NewReader(r)
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = in.Discard(3)
	}
	g := &gate{r: in}
	dec := json.NewDecoder(g)
	token := func() (json.Token, error) {
		t, err := dec.Token()
		g.mark = dec.InputOffset()
		return t, err
	}
	list := func() error {
		for dec.More() {
			var raw json.RawMessage
			if err := dec.Decode(&raw); err != nil {
				return err
			}
			g.mark = dec.InputOffset()
			if err := one(raw); err != nil {
				return &stop{err}
			}
		}
		_, err := token()
		return err
	}
	err := func() error {
		t, err := token()
		switch {
		case err != nil:
			return err
		case t == json.Delim('['):
			return list()
		case t != json.Delim('{'):
			return ErrFormat
		}
		for dec.More() {
			name, err := token()
			if err != nil {
				return err
			}
			t, err := token()
			switch {
			case err != nil:
				return err
			case t == json.Delim('[') && (key == "" || name == key):
				if err := list(); err != nil {
					return err
				}
			case t == json.Delim('[') || t == json.Delim('{'):
				for depth := 1; depth > 0; {
					t, err := token()
					if err != nil {
						return err
					}
					switch t {
					case json.Delim('['), json.Delim('{'):
						depth++
					case json.Delim(']'), json.Delim('}'):
						depth--
					}
				}
			}
		}
		_, err = token()
		return err
	}()
	if err == nil {
		_, err = io.Copy(io.Discard, in) // only the end tells whether it was what it claims
	}
	return faultOf(err)
}

// stop is an error of who takes what is read.
type stop struct{ error }

func (s *stop) Unwrap() error { return s.error }

// faultOf tells a text that is no JSON from other faults.
func faultOf(err error) error {
	var ours *stop
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil || errors.Is(err, ErrHostile) || errors.Is(err, ErrFormat):
		return err
	case errors.As(err, &ours):
		return ours.error
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax), errors.As(err, &kind):
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return err
}

// each reads the list in a member.
func (s *Set) each(name, key string, one func(json.RawMessage) error) error {
	r, err := s.text(name)
	if err != nil {
		return err
	}
	defer r.Close()
	return elements(r, key, one)
}

// whole reads a small member.
func (s *Set) whole(name string, into any) error {
	r, err := s.text(name)
	if err != nil {
		return err
	}
	defer r.Close()
	raw, err := io.ReadAll(io.LimitReader(r, maxElement))
	if err != nil {
		return faultOf(err)
	}
	return faultOf(json.Unmarshal(raw, into))
}

// oneOrMany is a list that may be written as its only element.
type oneOrMany[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (l *oneOrMany[T]) UnmarshalJSON(raw []byte) error {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '[' {
		return json.Unmarshal(raw, (*[]T)(l))
	}
	if string(raw) == "null" {
		return nil
	}
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		return err
	}
	*l = oneOrMany[T]{v}
	return nil
}

// has tells whether one of the words is in a list, or is the list.
func has(list []string, words ...string) bool {
	for _, l := range list {
		for _, w := range words {
			if strings.EqualFold(l, w) {
				return true
			}
		}
	}
	return false
}
