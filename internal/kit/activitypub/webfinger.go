package activitypub

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
)

// JRD is what WebFinger answers. Reference, section 2; RFC 7033.
type JRD struct {
	Subject string    `json:"subject,omitempty"`
	Aliases []string  `json:"aliases,omitempty"`
	Links   []JRDLink `json:"links"`
}

// JRDLink is one link of a JRD.
type JRDLink struct {
	Rel      string `json:"rel"`
	Type     string `json:"type,omitempty"`
	Href     string `json:"href,omitempty"`
	Template string `json:"template,omitempty"`
}

// Relations in WebFinger documents.
const (
	RelSelf      = "self"
	RelProfile   = "http://webfinger.net/rel/profile-page"
	RelAvatar    = "http://webfinger.net/rel/avatar"
	RelSubscribe = "http://ostatus.org/schema/1.0/subscribe"
	RelLRDD      = "lrdd"
	RelCreate    = "https://w3id.org/fep/3b86/Create"
	RelObject    = "https://w3id.org/fep/3b86/Object"
)

// Encode writes the document.
func (j *JRD) Encode() ([]byte, error) {
	out := *j
	out.Links = orEmpty(j.Links)
	return marshal(out)
}

// DecodeJRD reads the answer of a WebFinger query. That subject and actor point to each other is for the caller to confirm (T55).
func DecodeJRD(data []byte) (*JRD, error) {
	v, err := scan(data)
	if err != nil {
		return nil, err
	}
	if v.kind != isObject {
		return nil, fmt.Errorf("%w: not an object", ErrMalformed)
	}
	d := &Document{v: v}
	j := &JRD{Subject: d.Text("subject", maxURI), Aliases: d.Texts("aliases", 64, maxURI)}
	for _, l := range d.Objects("links", 64) {
		j.Links = append(j.Links, JRDLink{
			Rel: l.Text("rel", 256), Type: l.Text("type", 256), Href: l.URI("href"), Template: l.Text("template", maxURI)})
	}
	return j, nil
}

// Self returns the identifier of the actor, empty when there is none: the self link of one of the two ActivityPub types, http or
// https.
func (j *JRD) Self() string {
	for _, l := range j.Links {
		if l.Rel == RelSelf && IsActivityType(l.Type) && IsHTTP(l.Href) {
			return l.Href
		}
	}
	return ""
}

// Template returns the template of a relation, empty when there is none.
func (j *JRD) Template(rel string) string {
	for _, l := range j.Links {
		if l.Rel == rel && l.Template != "" {
			return l.Template
		}
	}
	return ""
}

// SplitHandle reads user@domain, @user@domain or acct:user@domain. The domain is as written: fetch.Host brings it into canonical form.
func SplitHandle(handle string) (user, domain string, ok bool) {
	handle = strings.TrimPrefix(strings.TrimPrefix(handle, "acct:"), "@")
	user, domain, ok = strings.Cut(handle, "@")
	if !ok || domain == "" || strings.ContainsAny(domain, "@/?# ") || !ValidUsername(user) {
		return "", "", false
	}
	return user, domain, true
}

// WebFingerPath is the path and query that ask a host about a resource.
func WebFingerPath(resource string) string {
	return "/.well-known/webfinger?resource=" + url.QueryEscape(resource)
}

// HostMeta is the XML document that leads to WebFinger; base is https://elm.example.
func HostMeta(base string) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header + `<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Link rel="lrdd" template="`)
	xml.EscapeText(&b, []byte(base+"/.well-known/webfinger?resource={uri}"))
	b.WriteString(`"/></XRD>` + "\n")
	return b.Bytes()
}

// HostMetaJSON is the same as JSON.
func HostMetaJSON(base string) ([]byte, error) {
	return (&JRD{Links: []JRDLink{{Rel: RelLRDD, Template: base + "/.well-known/webfinger?resource={uri}"}}}).Encode()
}

// DecodeHostMeta returns the WebFinger template of a host-meta document, XML or JSON. XML with a document type is refused (T77).
func DecodeHostMeta(data []byte) (string, error) {
	if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && trimmed[0] == '{' {
		j, err := DecodeJRD(trimmed)
		if err != nil {
			return "", err
		}
		return checkTemplate(j.Template(RelLRDD))
	}
	if len(data) > 64<<10 {
		return "", fmt.Errorf("%w: host-meta of %d bytes", ErrMalformed, len(data))
	}
	decoder := xml.NewDecoder(bytes.NewReader(data))
	for depth := 0; ; {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return "", fmt.Errorf("%w: host-meta without lrdd", ErrMalformed)
		}
		if err != nil {
			return "", fmt.Errorf("%w: host-meta is no XML", ErrMalformed)
		}
		switch t := token.(type) {
		case xml.Directive:
			return "", fmt.Errorf("%w: host-meta with a document type", ErrMalformed)
		case xml.EndElement:
			depth--
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return "", fmt.Errorf("%w: host-meta nested too deep", ErrMalformed)
			}
			rel, template := "", ""
			for _, a := range t.Attr {
				switch a.Name.Local {
				case "rel":
					rel = a.Value
				case "template":
					template = a.Value
				}
			}
			if t.Name.Local == "Link" && rel == RelLRDD && template != "" {
				return checkTemplate(template)
			}
		}
	}
}

func checkTemplate(template string) (string, error) {
	if strings.Count(template, "{uri}") != 1 || !IsHTTP(strings.Replace(template, "{uri}", "x", 1)) {
		return "", fmt.Errorf("%w: host-meta without a usable template", ErrMalformed)
	}
	return template, nil
}
