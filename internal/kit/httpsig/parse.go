package httpsig

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dunglas/httpsfv"
)

// Limits on what a peer may make us read.
const (
	maxHeader     = 8 << 10
	maxComponents = 32
	maxLabels     = 8
	maxKeyID      = 2048
)

// Parse reads the signature headers of a request. A Signature-Input header selects RFC 9421, else the Signature header is
// read as draft-cavage has it. It fails with ErrMissing or ErrMalformed and proves nothing: see Verify.
func Parse(r *http.Request) (*Signature, error) {
	signature, err := single(r.Header, "Signature")
	if err != nil {
		return nil, err
	}
	input, err := single(r.Header, "Signature-Input")
	if err != nil {
		return nil, err
	}
	if signature == "" {
		return nil, ErrMissing
	}
	if len(signature) > maxHeader || len(input) > maxHeader {
		return nil, fmt.Errorf("%w: header too long", ErrMalformed)
	}
	if len(r.Header.Values("Signature-Input")) > 0 {
		return parseRFC9421(r, input, signature)
	}
	return parseCavage(r, signature)
}

// parseCavage reads the parameters of draft-cavage 2.1.
func parseCavage(r *http.Request, header string) (*Signature, error) {
	params, err := cavageParams(header)
	if err != nil {
		return nil, err
	}
	s := &Signature{Scheme: Cavage, KeyID: params["keyid"], Algorithm: params["algorithm"]}
	if s.KeyID == "" || len(s.KeyID) > maxKeyID {
		return nil, fmt.Errorf("%w: keyId", ErrMalformed)
	}
	if s.value, err = base64.StdEncoding.DecodeString(params["signature"]); err != nil || len(s.value) == 0 {
		return nil, fmt.Errorf("%w: signature is not base64", ErrMalformed)
	}
	list, given := params["headers"]
	if !given { // draft-cavage 2.1.6
		list = "date"
	}
	s.Components = strings.Fields(strings.ToLower(list))
	if err := checkComponents(s.Components); err != nil {
		return nil, err
	}
	if s.Created, err = unix(params["created"]); err != nil {
		return nil, err
	}
	if s.Expires, err = unix(params["expires"]); err != nil {
		return nil, err
	}
	for name, at := range map[string]time.Time{"(created)": s.Created, "(expires)": s.Expires} {
		if !s.Covers(name) {
			continue
		}
		if at.IsZero() {
			return nil, fmt.Errorf("%w: %s is signed but not given", ErrMalformed, name)
		}
		// draft-cavage 2.3: the pseudo headers belong to hs2019 alone.
		if a := s.Algorithm; strings.HasPrefix(a, "rsa") || strings.HasPrefix(a, "hmac") || strings.HasPrefix(a, "ecdsa") {
			return nil, fmt.Errorf("%w: %s with algorithm %s", ErrMalformed, name, a)
		}
	}
	return s, s.readDate(r)
}

// cavageParams splits key="value" pairs. Keys are compared without regard to case, none may come twice.
func cavageParams(header string) (map[string]string, error) {
	params := map[string]string{}
	rest := header
	for {
		rest = strings.TrimLeft(rest, " \t")
		name, after, ok := strings.Cut(rest, "=")
		name = strings.ToLower(strings.TrimRight(name, " \t"))
		if !ok || name == "" || strings.ContainsAny(name, "\", ") {
			return nil, fmt.Errorf("%w: parameters", ErrMalformed)
		}
		after = strings.TrimLeft(after, " \t")
		var value string
		if strings.HasPrefix(after, `"`) {
			end := strings.IndexByte(after[1:], '"')
			if end < 0 {
				return nil, fmt.Errorf("%w: quote not closed", ErrMalformed)
			}
			value, rest = after[1:end+1], after[end+2:]
		} else {
			end := strings.IndexAny(after, ", \t")
			if end < 0 {
				end = len(after)
			}
			value, rest = after[:end], after[end:]
		}
		if strings.ContainsFunc(value, func(c rune) bool { return c < ' ' || c >= 0x7f || c == '\\' || c == '"' }) {
			return nil, fmt.Errorf("%w: characters in %q", ErrMalformed, name)
		}
		if _, twice := params[name]; twice {
			return nil, fmt.Errorf("%w: %q twice", ErrMalformed, name)
		}
		params[name] = value
		rest = strings.TrimLeft(rest, " \t")
		if rest == "" {
			return params, nil
		}
		if rest[0] != ',' {
			return nil, fmt.Errorf("%w: parameters", ErrMalformed)
		}
		rest = rest[1:]
	}
}

func unix(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: time %q", ErrMalformed, s)
	}
	return unixTime(n)
}

// unixTime keeps to the years that RFC 3339 can write, so that no sum overflows later.
func unixTime(n int64) (time.Time, error) {
	if n <= 0 || n > 253402300799 {
		return time.Time{}, fmt.Errorf("%w: time %d", ErrMalformed, n)
	}
	return time.Unix(n, 0), nil
}

func checkComponents(names []string) error {
	if len(names) == 0 || len(names) > maxComponents {
		return fmt.Errorf("%w: %d components", ErrMalformed, len(names))
	}
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return fmt.Errorf("%w: component %q twice", ErrMalformed, name)
		}
		if strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c >= 0x7f || c == '"' || c == ':' }) {
			return fmt.Errorf("%w: component %q", ErrMalformed, name)
		}
	}
	return nil
}

// readDate keeps the Date header if it is signed.
func (s *Signature) readDate(r *http.Request) error {
	if !s.Covers("date") {
		return nil
	}
	date, err := single(r.Header, "Date")
	if err != nil {
		return err
	}
	if s.Date, err = http.ParseTime(date); err != nil {
		return fmt.Errorf("%w: Date %q", ErrMalformed, date)
	}
	return nil
}

// parseRFC9421 reads the labels of Signature-Input and keeps the first that covers what it must, else the first at all:
// a label more does no harm, and only one is ever verified.
func parseRFC9421(r *http.Request, input, header string) (*Signature, error) {
	inputs, err := dictionary(input)
	if err != nil {
		return nil, err
	}
	values, err := dictionary(header)
	if err != nil {
		return nil, err
	}
	if n := len(inputs.Names()); n == 0 || n > maxLabels {
		return nil, fmt.Errorf("%w: %d labels", ErrMalformed, n)
	}
	var first *Signature
	for _, label := range inputs.Names() {
		member, _ := inputs.Get(label)
		list, ok := member.(httpsfv.InnerList)
		if !ok {
			return nil, fmt.Errorf("%w: label %q is not a list", ErrMalformed, label)
		}
		member, _ = values.Get(label)
		item, ok := member.(httpsfv.Item)
		if !ok {
			return nil, fmt.Errorf("%w: label %q has no signature", ErrMalformed, label)
		}
		value, ok := item.Value.([]byte)
		if !ok || len(value) == 0 {
			return nil, fmt.Errorf("%w: signature %q is not bytes", ErrMalformed, label)
		}
		s, err := label9421(r, list, value)
		if err != nil {
			return nil, err
		}
		if s.complete(r, nil) == nil {
			return s, nil
		}
		if first == nil {
			first = s
		}
	}
	return first, nil
}

func label9421(r *http.Request, list httpsfv.InnerList, value []byte) (*Signature, error) {
	s := &Signature{Scheme: RFC9421, value: value}
	for _, item := range list.Items {
		name, ok := item.Value.(string)
		if !ok || name != strings.ToLower(name) {
			return nil, fmt.Errorf("%w: component %v", ErrMalformed, item.Value)
		}
		if len(item.Params.Names()) > 0 {
			return nil, fmt.Errorf("%w: parameters of component %q are not supported", ErrMalformed, name)
		}
		s.Components = append(s.Components, name)
	}
	if err := checkComponents(s.Components); err != nil {
		return nil, err
	}
	for _, name := range list.Params.Names() {
		v, _ := list.Params.Get(name)
		ok := true
		var err error
		switch name {
		case "keyid":
			s.KeyID, ok = v.(string)
		case "alg":
			s.Algorithm, ok = v.(string)
		case "created", "expires":
			var n int64
			if n, ok = v.(int64); !ok {
				break
			}
			at, e := unixTime(n)
			if err = e; name == "created" {
				s.Created = at
			} else {
				s.Expires = at
			}
		}
		if !ok || err != nil {
			return nil, fmt.Errorf("%w: parameter %q", ErrMalformed, name)
		}
	}
	if s.KeyID == "" || len(s.KeyID) > maxKeyID || s.Created.IsZero() {
		return nil, fmt.Errorf("%w: keyid and created are needed", ErrMalformed)
	}
	var err error
	if s.params, err = httpsfv.Marshal(list); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return s, s.readDate(r)
}

// dictionary parses a structured field and refuses what RFC 9651 lets pass in silence: a key or a parameter given twice.
func dictionary(header string) (*httpsfv.Dictionary, error) {
	dict, err := httpsfv.UnmarshalDictionary([]string{header})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	members, params := 0, 0
	for _, name := range dict.Names() {
		members++
		switch m, _ := dict.Get(name); m := m.(type) {
		case httpsfv.Item:
			params += len(m.Params.Names())
		case httpsfv.InnerList:
			params += len(m.Params.Names())
			for _, item := range m.Items {
				params += len(item.Params.Names())
			}
		}
	}
	commas, semicolons := marks(header)
	if members > 0 && commas != members-1 || semicolons != params {
		return nil, fmt.Errorf("%w: the same name twice", ErrMalformed)
	}
	return dict, nil
}

// marks counts the commas and semicolons of a structured field that stand outside strings.
func marks(s string) (commas, semicolons int) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ',':
			commas++
		case c == ';':
			semicolons++
		}
	}
	return commas, semicolons
}
