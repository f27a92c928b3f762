package mastodon

import (
	"math"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"

	"skein/internal/core/media"
	"skein/internal/skein"
)

// decode reads the request's parameters into a T, a struct whose fields name theirs in `form` tags. What is not named
// there cannot be set (T142). Pointers stay nil for what was not given. Fields may be texts, booleans, whole numbers,
// IDs, times, structs, and slices of these, in all the spellings of mastodon-api.md 8.
func decode[T any](c *call) (*T, error) {
	in, err := c.input()
	if err != nil {
		return nil, err
	}
	out := new(T)
	if err := bind(reflect.ValueOf(out).Elem(), in, ""); err != nil {
		return nil, err
	}
	return out, nil
}

var (
	idType   = reflect.TypeFor[skein.ID]()
	timeType = reflect.TypeFor[time.Time]()
	fileType = reflect.TypeFor[file]()

	uploadType = reflect.TypeFor[*media.Upload]()
)

// file tells that a file was sent under this name.
type file bool

func bind(v reflect.Value, n *node, name string) error {
	switch v.Type() {
	case idType:
		id, ok := readID(n)
		if !ok {
			return invalid("%s must be an id.", name)
		}
		v.SetInt(int64(id))
		return nil
	case timeType:
		t, err := readTime(n)
		if err != nil {
			return invalid("Invalid date supplied")
		}
		v.Set(reflect.ValueOf(t))
		return nil
	case fileType:
		v.SetBool(n.kind == isFile || n.kind == isText && n.text != "")
		return nil
	case uploadType: // only on routes that take files
		if n.kind == isText && n.text == "" || n.kind == isNull { // what forms send for a file that was not chosen
			return nil
		}
		if n.kind != isFile {
			return invalid("%s must be a file.", name)
		}
		v.Set(reflect.ValueOf(n.file))
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		if err := bind(p.Elem(), n, name); err != nil {
			return err
		}
		v.Set(p)
	case reflect.String:
		switch n.kind {
		case isText, isNumber, isBool:
			v.SetString(n.text)
		default:
			return invalid("%s must be text.", name)
		}
	case reflect.Bool:
		switch n.kind {
		case isText, isNumber, isBool:
			v.SetBool(truth(n.text))
		default:
			return invalid("%s must be true or false.", name)
		}
	case reflect.Int:
		i, ok := readInt(n)
		if !ok {
			return invalid("%s must be a whole number.", name)
		}
		v.SetInt(int64(i))
	case reflect.Slice:
		items, ok := elements(n)
		if !ok {
			return invalid("%s must be a list.", name)
		}
		list := reflect.MakeSlice(v.Type(), 0, len(items))
		for _, item := range items {
			if item.kind == isNull || item.kind == isText && item.text == "" && v.Type().Elem().Kind() != reflect.Struct {
				continue
			}
			e := reflect.New(v.Type().Elem()).Elem()
			if err := bind(e, item, name); err != nil {
				return err
			}
			list = reflect.Append(list, e)
		}
		v.Set(list)
	case reflect.Struct:
		if n.kind != isMap {
			return invalid("%s must hold values with names.", name)
		}
		for i := range v.NumField() {
			key := v.Type().Field(i).Tag.Get("form")
			f := n.get(key)
			if key == "" || f == nil || f.kind == isNull {
				continue
			}
			// Empty is "not given" for all but texts and lists.
			if f.kind == isText && strings.TrimSpace(f.text) == "" && !takesEmpty(v.Field(i).Type()) {
				continue
			}
			if err := bind(v.Field(i), f, key); err != nil {
				return err
			}
		}
	default:
		panic("mastodon: a form cannot hold " + v.Type().String())
	}
	return nil
}

func takesEmpty(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.String || t.Kind() == reflect.Slice
}

// elements gives the members of a list: a list, a hash by number, or one value alone.
func elements(n *node) ([]*node, bool) {
	switch n.kind {
	case isList:
		return n.list, true
	case isText, isNumber:
		if n.text == "" {
			return nil, true
		}
		return []*node{n}, true
	case isMap:
		numbers := make([]int, 0, len(n.keys))
		for k := range n.keys {
			i, err := strconv.Atoi(k)
			if err != nil || i < 0 {
				return nil, false
			}
			numbers = append(numbers, i)
		}
		sort.Ints(numbers)
		list := make([]*node, 0, len(numbers))
		for _, i := range numbers {
			if e := n.keys[strconv.Itoa(i)]; e != nil {
				list = append(list, e)
			}
		}
		return list, true
	}
	return nil, false
}

// truth reads a boolean as Rails does.
func truth(s string) bool {
	switch s {
	case "false", "0", "f", "F", "FALSE", "False", "off", "OFF":
		return false
	}
	return true
}

// readInt reads a whole number, given as a number or as text; what is out of any use is refused (T66).
func readInt(n *node) (int, bool) {
	if n.kind != isText && n.kind != isNumber {
		return 0, false
	}
	s := strings.TrimSpace(n.text)
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return int(i), true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int(f), true
}

// readID reads an ID. Digits that are beyond all IDs are an ID that nothing has.
func readID(n *node) (skein.ID, bool) {
	if n.kind != isText && n.kind != isNumber {
		return 0, false
	}
	return idOf(strings.TrimSpace(n.text))
}

func idOf(s string) (skein.ID, bool) {
	if s == "" {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	i, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return math.MaxInt64, true
	}
	return skein.ID(i), true
}

func readTime(n *node) (time.Time, error) {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05", time.DateOnly} {
		if t, err := time.Parse(form, strings.TrimSpace(n.text)); err == nil && n.kind == isText {
			return t.UTC(), nil
		}
	}
	return time.Time{}, strconv.ErrSyntax
}
