package httpsig

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// message is a request as signatures see it: every part byte for byte as it travelled.
type message struct {
	method string
	scheme string
	host   string // as in the Host header
	target string // path and query, as in the request line
	header http.Header
}

// outgoing reads a request that is about to be sent.
func outgoing(r *http.Request) message {
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	return message{method: method(r), scheme: r.URL.Scheme, host: host, target: r.URL.RequestURI(), header: r.Header}
}

// incoming reads a request that was received under one of the base URLs.
func incoming(r *http.Request, bases []string) (message, error) {
	m := message{method: method(r), host: r.Host, header: r.Header}
	for _, base := range bases {
		u, err := url.Parse(base)
		if err != nil || u.Host == "" {
			return m, fmt.Errorf("base URL %q: no host in it", base)
		}
		if authority(u.Scheme, r.Host) == authority(u.Scheme, u.Host) {
			m.scheme = u.Scheme
			break
		}
	}
	if m.scheme == "" {
		return m, ErrAuthority
	}
	target, err := target(r)
	m.target = target
	return m, err
}

func method(r *http.Request) string {
	if r.Method == "" {
		return http.MethodGet
	}
	return r.Method
}

// target returns path and query as they stood in the request line, and makes sure that the handler was chosen by the
// same path: a proxy or a middleware that rewrote the URL must not let one path be verified and another be served.
func target(r *http.Request) (string, error) {
	raw := r.RequestURI
	if raw == "" {
		return r.URL.RequestURI(), nil
	}
	if i := strings.Index(raw, "://"); i > 0 && raw[0] != '/' { // absolute form, RFC 9112 3.2.2
		rest := raw[i+3:]
		slash := strings.IndexAny(rest, "/?")
		if slash < 0 {
			rest, slash = "/", 0
		}
		if raw = rest[slash:]; raw[0] == '?' {
			raw = "/" + raw
		}
	}
	u, err := url.ParseRequestURI(raw)
	if err != nil {
		return "", fmt.Errorf("%w: request target", ErrMalformed)
	}
	path := r.URL.Path
	if path == "" {
		path = "/"
	}
	if u.Path != path || u.RawQuery != r.URL.RawQuery {
		return "", fmt.Errorf("%w: the request target is not the path served", ErrMalformed)
	}
	return raw, nil
}

// authority is a host in the form RFC 9421 2.2.3 wants: lower case, without the scheme's own port.
func authority(scheme, host string) string {
	host = strings.ToLower(host)
	switch scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	}
	return host
}

// field is the value of a header: lines trimmed and joined, folds opened. RFC 9421 2.1, draft-cavage 2.3.
func (m message) field(name string) (string, error) {
	if name == "host" {
		return m.host, nil
	}
	lines := m.header.Values(name)
	if len(lines) == 0 {
		return "", fmt.Errorf("%w: header %q is signed but not there", ErrIncomplete, name)
	}
	values := make([]string, len(lines))
	for i, line := range lines {
		line = unfold(line)
		if strings.ContainsAny(line, "\r\n\x00") {
			return "", fmt.Errorf("%w: line break in header %q", ErrMalformed, name)
		}
		values[i] = strings.Trim(line, " \t")
	}
	return strings.Join(values, ", "), nil
}

// unfold replaces obsolete line folding by one space.
func unfold(line string) string {
	for {
		i := strings.Index(line, "\r\n")
		if i < 0 || i+2 >= len(line) || line[i+2] != ' ' && line[i+2] != '\t' {
			return line
		}
		line = strings.TrimRight(line[:i], " \t") + " " + strings.TrimLeft(line[i+2:], " \t")
	}
}

// single is the value of a header that must come exactly once; empty when it is not there.
func single(h http.Header, name string) (string, error) {
	switch lines := h.Values(name); len(lines) {
	case 0:
		return "", nil
	case 1:
		return strings.Trim(lines[0], " \t"), nil
	default:
		return "", fmt.Errorf("%w: %d %s headers", ErrMalformed, len(lines), name)
	}
}

func (m message) path() string {
	path, _, _ := strings.Cut(m.target, "?")
	return path
}

// query is never empty: a request without one has "?". RFC 9421 2.2.7.
func (m message) query() string {
	_, query, _ := strings.Cut(m.target, "?")
	return "?" + query
}

// cavageBase is the text that draft-cavage 2.3 signs.
func (m message) cavageBase(s *Signature, withQuery bool) (string, error) {
	var b strings.Builder
	for i, name := range s.Components {
		var value string
		var err error
		switch name {
		case "(request-target)":
			target := m.target
			if !withQuery {
				target = m.path()
			}
			value = strings.ToLower(m.method) + " " + target
		case "(created)":
			value = fmt.Sprint(s.Created.Unix())
		case "(expires)":
			value = fmt.Sprint(s.Expires.Unix())
		default:
			value, err = m.field(name)
		}
		if err != nil {
			return "", err
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(name)
		b.WriteString(": ")
		b.WriteString(value)
	}
	return b.String(), nil
}

// rfcBase is the signature base of RFC 9421 2.5.
func (m message) rfcBase(components []string, params string) (string, error) {
	var b strings.Builder
	for _, name := range components {
		var value string
		var err error
		switch name {
		case "@method":
			value = m.method
		case "@target-uri":
			value = m.scheme + "://" + authority(m.scheme, m.host) + m.target
		case "@authority":
			value = authority(m.scheme, m.host)
		case "@scheme":
			value = m.scheme
		case "@request-target":
			value = m.target
		case "@path":
			value = m.path()
		case "@query":
			value = m.query()
		default:
			if strings.HasPrefix(name, "@") {
				return "", fmt.Errorf("%w: component %q", ErrMalformed, name)
			}
			value, err = m.field(name)
		}
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%q: %s\n", name, value)
	}
	b.WriteString(`"@signature-params": `)
	b.WriteString(params)
	return b.String(), nil
}
