package activitypub

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits on the shape of a document, whatever it says.
const (
	maxDepth  = 32
	maxNumber = 32 // characters of a number
	maxSize   = 1 << 20
)

// ErrMalformed is a document that is no JSON, or JSON that two programs might read differently.
var ErrMalformed = errors.New("malformed document")

type kind uint8

const (
	isNull kind = iota
	isBool
	isNumber
	isString
	isArray
	isObject
)

// value is one JSON value. Names of members are compared exactly, unlike encoding/json does (T69).
type value struct {
	kind    kind
	text    string // isString: unescaped; isNumber, isBool: as written
	items   []*value
	names   []string // isObject: of items, in the order of the document
	raw     []byte
	context bool // this object or one below has an @context
}

// get returns a member that is there and not null, else nil. It may be called on anything.
func (v *value) get(name string) *value {
	if v == nil || v.kind != isObject {
		return nil
	}
	if i := slices.Index(v.names, name); i >= 0 && v.items[i].kind != isNull {
		return v.items[i]
	}
	return nil
}

// Check refuses what no honest server sends and what two parsers may understand differently: broken JSON, nesting deeper than 32,
// names given twice (also when escaped), invalid UTF-8, NUL, lone surrogates, a byte order mark, numbers that are no number
// (T65 to T68).
func Check(data []byte) error {
	_, err := scan(data)
	return err
}

func scan(data []byte) (*value, error) {
	if len(data) > maxSize {
		return nil, fmt.Errorf("%w: %d bytes", ErrMalformed, len(data))
	}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("%w: not UTF-8", ErrMalformed)
	}
	s := scanner{data: data}
	s.space()
	v, err := s.value(1)
	if err != nil {
		return nil, err
	}
	if s.space(); s.at != len(data) {
		return nil, s.fail("text after the end")
	}
	return v, nil
}

// scanner is a strict JSON parser, RFC 8259.
type scanner struct {
	data []byte
	at   int
}

func (s *scanner) fail(what string) error {
	return fmt.Errorf("%w: %s at byte %d", ErrMalformed, what, s.at)
}

func (s *scanner) peek() byte {
	if s.at < len(s.data) {
		return s.data[s.at]
	}
	return 0
}

func (s *scanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

func (s *scanner) value(depth int) (*value, error) {
	if depth > maxDepth {
		return nil, s.fail("nested too deep")
	}
	start := s.at
	var v *value
	var err error
	switch c := s.peek(); {
	case c == '{':
		v, err = s.object(depth)
	case c == '[':
		v, err = s.array(depth)
	case c == '"':
		v = &value{kind: isString}
		v.text, err = s.text()
	case c == '-' || c >= '0' && c <= '9':
		v, err = s.number()
	default:
		v, err = s.word()
	}
	if err != nil {
		return nil, err
	}
	v.raw = s.data[start:s.at:s.at]
	return v, nil
}

func (s *scanner) object(depth int) (*value, error) {
	v := &value{kind: isObject}
	var seen map[string]bool // only for objects too large to search by eye
	s.at++
	if s.space(); s.peek() == '}' {
		s.at++
		return v, nil
	}
	for {
		s.space()
		if s.peek() != '"' {
			return nil, s.fail("no name")
		}
		name, err := s.text()
		if err != nil {
			return nil, err
		}
		twice := seen[name]
		if seen == nil {
			twice = slices.Contains(v.names, name)
			if len(v.names) == 32 {
				seen = make(map[string]bool, 64)
				for _, n := range v.names {
					seen[n] = true
				}
			}
		}
		if seen != nil {
			seen[name] = true
		}
		if twice {
			return nil, s.fail(fmt.Sprintf("%.40q twice", name))
		}
		if s.space(); s.peek() != ':' {
			return nil, s.fail("no colon")
		}
		s.at++
		s.space()
		item, err := s.value(depth + 1)
		if err != nil {
			return nil, err
		}
		v.names = append(v.names, name)
		v.items = append(v.items, item)
		v.context = v.context || item.context || name == "@context"
		s.space()
		switch s.peek() {
		case ',':
			s.at++
		case '}':
			s.at++
			return v, nil
		default:
			return nil, s.fail("object not closed")
		}
	}
}

func (s *scanner) array(depth int) (*value, error) {
	v := &value{kind: isArray}
	s.at++
	if s.space(); s.peek() == ']' {
		s.at++
		return v, nil
	}
	for {
		s.space()
		item, err := s.value(depth + 1)
		if err != nil {
			return nil, err
		}
		v.items = append(v.items, item)
		v.context = v.context || item.context
		s.space()
		switch s.peek() {
		case ',':
			s.at++
		case ']':
			s.at++
			return v, nil
		default:
			return nil, s.fail("array not closed")
		}
	}
}

// text reads a string and unescapes it.
func (s *scanner) text() (string, error) {
	s.at++
	start := s.at
	for s.at < len(s.data) {
		switch c := s.data[s.at]; {
		case c == '"':
			s.at++
			return string(s.data[start : s.at-1]), nil
		case c == '\\':
			return s.escaped(start)
		case c < ' ':
			return "", s.fail("control character")
		default:
			s.at++
		}
	}
	return "", s.fail("string not closed")
}

func (s *scanner) escaped(start int) (string, error) {
	out := append(make([]byte, 0, 64), s.data[start:s.at]...)
	for s.at < len(s.data) {
		c := s.data[s.at]
		s.at++
		switch {
		case c == '"':
			return string(out), nil
		case c < ' ':
			return "", s.fail("control character")
		case c != '\\':
			out = append(out, c)
		default:
			c = s.peek()
			s.at++
			if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 && c != 0 {
				out = append(out, "\"\\/\b\f\n\r\t"[i])
				continue
			}
			if c != 'u' {
				return "", s.fail("unknown escape")
			}
			r, err := s.unit()
			if err != nil {
				return "", err
			}
			if utf16.IsSurrogate(r) {
				if s.at+2 > len(s.data) || s.data[s.at] != '\\' || s.data[s.at+1] != 'u' {
					return "", s.fail("lone surrogate")
				}
				s.at += 2
				low, err := s.unit()
				if err != nil {
					return "", err
				}
				if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
					return "", s.fail("lone surrogate")
				}
			}
			if r == 0 {
				return "", s.fail("NUL")
			}
			out = utf8.AppendRune(out, r)
		}
	}
	return "", s.fail("string not closed")
}

// unit reads the four digits of an escape.
func (s *scanner) unit() (rune, error) {
	if s.at+4 > len(s.data) {
		return 0, s.fail("short escape")
	}
	n, err := strconv.ParseUint(string(s.data[s.at:s.at+4]), 16, 16)
	if err != nil {
		return 0, s.fail("bad escape")
	}
	s.at += 4
	return rune(n), nil
}

func (s *scanner) number() (*value, error) {
	start := s.at
	if s.peek() == '-' {
		s.at++
	}
	if s.peek() == '0' {
		s.at++
	} else if !s.digits() {
		return nil, s.fail("bad number")
	}
	if s.peek() == '.' {
		if s.at++; !s.digits() {
			return nil, s.fail("bad number")
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		s.at++
		if c := s.peek(); c == '+' || c == '-' {
			s.at++
		}
		if !s.digits() {
			return nil, s.fail("bad number")
		}
	}
	text := string(s.data[start:s.at])
	if f, err := strconv.ParseFloat(text, 64); len(text) > maxNumber || err != nil || math.IsInf(f, 0) {
		return nil, s.fail("huge number")
	}
	return &value{kind: isNumber, text: text}, nil
}

func (s *scanner) digits() bool {
	start := s.at
	for c := s.peek(); c >= '0' && c <= '9'; c = s.peek() {
		s.at++
	}
	return s.at > start
}

func (s *scanner) word() (*value, error) {
	rest := s.data[s.at:]
	for _, word := range []string{"null", "true", "false"} {
		if len(rest) < len(word) || string(rest[:len(word)]) != word {
			continue
		}
		s.at += len(word)
		if word == "null" {
			return &value{}, nil
		}
		return &value{kind: isBool, text: word}, nil
	}
	return nil, s.fail("no value")
}
