// Package translate asks a translation service for texts in another language: DeepL, or a LibreTranslate. It knows no posts.
package translate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Bounds of one request.
const (
	timeout   = 20 * time.Second
	maxAnswer = 1 << 20
)

// The ways in which a service does not answer.
var (
	ErrQuota   = errors.New("translate: the quota is used up")
	ErrCrowded = errors.New("translate: too many requests")
)

// Client asks one service.
type Client struct {
	name string
	base string // without the last slash
	key  string
	by   http.RoundTripper
}

// New makes a client of a service: deepl+https://KEY@api-free.deepl.com, libretranslate+https://KEY@host/path, or the same with
// http and without a key. by makes the requests.
func New(service string, by http.RoundTripper) (*Client, error) {
	kind, rest, ok := strings.Cut(service, "+")
	u, err := url.Parse(rest)
	if !ok || err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || kind != "deepl" && kind != "libretranslate" {
		return nil, errors.New("a translation service is given as deepl+https://KEY@api-free.deepl.com or libretranslate+https://KEY@host")
	}
	c := &Client{name: "LibreTranslate", key: u.User.Username(), by: by}
	if kind == "deepl" {
		c.name = "DeepL.com"
		if c.key == "" {
			return nil, errors.New("DeepL needs a key: deepl+https://KEY@api-free.deepl.com")
		}
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	c.base = strings.TrimSuffix(u.String(), "/")
	return c, nil
}

// Name is what people know the service by.
func (c *Client) Name() string { return c.name }

// Languages returns into what the service translates, by the language of the text; "und" is for texts of which it is to find
// that out. Languages are lower case.
func (c *Client) Languages(ctx context.Context) (map[string][]string, error) {
	if c.name == "LibreTranslate" {
		return c.libreLanguages(ctx)
	}
	return c.deeplLanguages(ctx)
}

// Translate returns pieces of HTML in another language, in their order, and the language that they were in. from may be empty.
func (c *Client) Translate(ctx context.Context, pieces []string, from, to string) (out []string, source string, err error) {
	if c.name == "LibreTranslate" {
		out, source, err = c.libre(ctx, pieces, from, to)
	} else {
		out, source, err = c.deepl(ctx, pieces, from, to)
	}
	if err == nil && len(out) != len(pieces) {
		err = fmt.Errorf("translate: %d pieces came back of %d", len(out), len(pieces))
	}
	return out, strings.ToLower(source), err
}

// ask sends a request and reads the JSON of the answer.
func (c *Client) ask(ctx context.Context, method, path, kind string, body []byte, into any) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("translate: %w", err)
	}
	r.Header.Set("Accept", "application/json")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if c.name != "LibreTranslate" {
		r.Header.Set("Authorization", "DeepL-Auth-Key "+c.key)
	}
	resp, err := c.by.RoundTrip(r) // and follows no redirect
	if err != nil {
		return fmt.Errorf("translate: %w", err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	switch {
	case resp.StatusCode == 456: // DeepL's own
		return ErrQuota
	case resp.StatusCode == http.StatusTooManyRequests:
		return ErrCrowded
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("translate: the service answers %d", resp.StatusCode)
	case err != nil:
		return fmt.Errorf("translate: %w", err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("translate: read the answer: %w", err)
	}
	return nil
}

// deepl: https://developers.deepl.com/docs/api-reference/translate
func (c *Client) deepl(ctx context.Context, pieces []string, from, to string) (out []string, source string, err error) {
	form := url.Values{"text": pieces, "target_lang": {target(to)}, "tag_handling": {"html"}}
	if from != "" {
		form.Set("source_lang", strings.ToUpper(from))
	}
	var answer struct {
		Translations []struct {
			Source string `json:"detected_source_language"`
			Text   string `json:"text"`
		} `json:"translations"`
	}
	if err := c.ask(ctx, http.MethodPost, "/v2/translate", "application/x-www-form-urlencoded", []byte(form.Encode()), &answer); err != nil {
		return nil, "", err
	}
	for i, t := range answer.Translations {
		if i == 0 {
			source = t.Source
		}
		out = append(out, t.Text)
	}
	return out, source, nil
}

// kinds are the languages into which DeepL translates only in kinds; the bare name, which it would take no longer, means the kind
// that most people write (CLDR, likely subtags).
var kinds = map[string]string{"en": "EN-US", "pt": "PT-BR"}

func target(language string) string {
	if kind, ok := kinds[strings.ToLower(language)]; ok {
		return kind
	}
	return strings.ToUpper(language)
}

// deeplLanguages: https://developers.deepl.com/docs/api-reference/languages
func (c *Client) deeplLanguages(ctx context.Context) (map[string][]string, error) {
	list := func(kind string) (names []string, err error) {
		var answer []struct {
			Language string `json:"language"`
		}
		err = c.ask(ctx, http.MethodGet, "/v2/languages?type="+kind, "", nil, &answer)
		for _, l := range answer {
			names = append(names, strings.ToLower(l.Language))
		}
		return names, err
	}
	sources, err := list("source")
	if err != nil {
		return nil, err
	}
	targets, err := list("target")
	if err != nil {
		return nil, err
	}
	// Some come in kinds only; who asks for the language gets one of them (kinds).
	have := map[string]bool{}
	for _, t := range targets {
		have[t] = true
	}
	for _, t := range targets {
		if base, _, ok := strings.Cut(t, "-"); ok && !have[base] {
			have[base] = true
			targets = append(targets, base)
		}
	}
	out := map[string][]string{"und": targets}
	for _, s := range sources {
		for _, t := range targets {
			if base, _, _ := strings.Cut(t, "-"); base != s {
				out[s] = append(out[s], t)
			}
		}
	}
	return out, nil
}

// libre: https://docs.libretranslate.com/api/operations/translate/
func (c *Client) libre(ctx context.Context, pieces []string, from, to string) (out []string, source string, err error) {
	if from == "" {
		from = "auto"
	}
	body, err := json.Marshal(map[string]any{"q": pieces, "source": from, "target": to, "format": "html", "api_key": c.key})
	if err != nil {
		return nil, "", fmt.Errorf("translate: %w", err)
	}
	var answer struct {
		Texts    []string `json:"translatedText"`
		Detected []struct {
			Language string `json:"language"`
		} `json:"detectedLanguage"`
	}
	if err := c.ask(ctx, http.MethodPost, "/translate", "application/json", body, &answer); err != nil {
		return nil, "", err
	}
	if source = from; len(answer.Detected) > 0 {
		source = answer.Detected[0].Language
	}
	return answer.Texts, source, nil
}

// libreLanguages: https://docs.libretranslate.com/api/operations/languages/
func (c *Client) libreLanguages(ctx context.Context) (map[string][]string, error) {
	var answer []struct {
		Code    string   `json:"code"`
		Targets []string `json:"targets"`
	}
	if err := c.ask(ctx, http.MethodGet, "/languages", "", nil, &answer); err != nil {
		return nil, err
	}
	out := map[string][]string{}
	seen := map[string]bool{}
	for _, l := range answer {
		for _, t := range l.Targets {
			if t != l.Code {
				out[l.Code] = append(out[l.Code], t)
			}
			if !seen[t] {
				seen[t] = true
				out["und"] = append(out["und"], t)
			}
		}
	}
	return out, nil
}
