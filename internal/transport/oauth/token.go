package oauth

import (
	"cmp"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"skein/internal/core/identity"
	"skein/internal/skein"
)

// tokenAnswer is RFC 6749 5.1 with Mastodon's created_at.
type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	Scope       string `json:"scope"`
	CreatedAt   int64  `json:"created_at"`
}

// tokenError is RFC 6749 5.2.
type tokenError struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// params returns what a program sent: form, JSON or query, merged.
func (c *call) params() (url.Values, error) {
	kind, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err == nil && kind == "application/json" {
		var in map[string]any
		if err := json.NewDecoder(c.r.Body).Decode(&in); err != nil {
			return nil, err
		}
		v := c.r.URL.Query()
		for name, value := range in {
			switch value := value.(type) {
			case string:
				v.Set(name, value)
			case []any: // scopes, as some write them
				var list []string
				for _, item := range value {
					if s, ok := item.(string); ok {
						list = append(list, s)
					}
				}
				v.Set(name, strings.Join(list, " "))
			}
		}
		return v, nil
	}
	if kind == "multipart/form-data" {
		const inMemory = 64 << 10
		if err := c.r.ParseMultipartForm(inMemory); err != nil {
			return nil, err
		}
	} else if err := c.r.ParseForm(); err != nil {
		return nil, err
	}
	for _, name := range []string{"grant_type", "code", "client_id", "client_secret", "redirect_uri", "code_verifier", "token"} {
		if len(c.r.PostForm[name]) > 1 { // RFC 6749 3.2
			return nil, errors.New(name + " stands twice")
		}
	}
	return c.r.Form, nil
}

// client returns who a program says it is: in the header (RFC 6749 2.3.1) or among the parameters.
func (c *call) client(v url.Values) (id, secret string) {
	if user, pass, ok := c.r.BasicAuth(); ok {
		// The two are encoded as in a form, before they are joined.
		if u, err := url.QueryUnescape(user); err == nil {
			user = u
		}
		if p, err := url.QueryUnescape(pass); err == nil {
			pass = p
		}
		return user, pass
	}
	return v.Get("client_id"), v.Get("client_secret")
}

// refuse answers a program whose request fails. The codes are RFC 6749 5.2.
func (c *call) refuse(err error) {
	out := tokenError{Error: "server_error", Description: "Internal Server Error"}
	status := http.StatusInternalServerError
	for _, a := range answers {
		if errors.Is(err, a.err) {
			out, status = tokenError{a.code, err.Error()}, a.status
		}
	}
	if status == http.StatusInternalServerError {
		if skein.KindOf(err) == skein.Internal {
			c.log("token request", err)
		} else {
			out, status = tokenError{"invalid_request", err.Error()}, http.StatusBadRequest
		}
	}
	if status == http.StatusUnauthorized {
		scheme := "Bearer"
		if strings.HasPrefix(c.r.Header.Get("Authorization"), "Basic ") {
			scheme = "Basic"
		}
		c.w.Header().Set("WWW-Authenticate", scheme+` realm="Doorkeeper", error="`+out.Error+`"`)
	}
	c.json(status, out)
}

var answers = []struct {
	err    error
	code   string
	status int
}{
	{identity.ErrClient, "invalid_client", http.StatusUnauthorized},
	{identity.ErrGrant, "invalid_grant", http.StatusBadRequest},
	{identity.ErrScope, "invalid_scope", http.StatusBadRequest},
	{identity.ErrOwner, "unauthorized_client", http.StatusForbidden},
}

// programs is how many requests one address may send to the endpoints for programs in five minutes.
const programs = 300

func (c *call) tooFast() bool {
	if !c.over("token", programs) {
		return false
	}
	c.json(http.StatusTooManyRequests, tokenError{"temporarily_unavailable", "Too many requests"})
	return true
}

func (c *call) token() {
	if c.tooFast() {
		return
	}
	v, err := c.params()
	if err != nil {
		c.json(http.StatusBadRequest, tokenError{"invalid_request", "The request cannot be read."})
		return
	}
	id, secret := c.client(v)
	var token string
	var g *skein.Grant
	var at time.Time
	switch v.Get("grant_type") {
	case "authorization_code":
		if v.Get("code") == "" {
			c.json(http.StatusBadRequest, tokenError{"invalid_request", "Missing required parameter: code."})
			return
		}
		token, g, at, err = c.s.Identity.Exchange(c, c.site.ID, identity.Exchange{Code: v.Get("code"), ClientID: id, ClientSecret: secret,
			RedirectURI: v.Get("redirect_uri"), Verifier: v.Get("code_verifier")})
	case "client_credentials":
		token, g, at, err = c.s.Identity.ClientToken(c, c.site.ID, id, secret, identity.ParseScopes(v.Get("scope")))
	case "":
		c.json(http.StatusBadRequest, tokenError{"invalid_request", "Missing required parameter: grant_type."})
		return
	default:
		c.json(http.StatusBadRequest, tokenError{"unsupported_grant_type", "The authorization grant type is not supported by the authorization server."})
		return
	}
	if err != nil {
		c.refuse(err)
		return
	}
	c.json(http.StatusOK, tokenAnswer{token, "Bearer", strings.Join(g.Scopes, " "), at.Unix()})
}

func (c *call) revoke() {
	if c.tooFast() {
		return
	}
	v, err := c.params()
	if err != nil {
		c.json(http.StatusBadRequest, tokenError{"invalid_request", "The request cannot be read."})
		return
	}
	id, secret := c.client(v)
	if err := c.s.Identity.Revoke(c, c.site.ID, id, secret, v.Get("token")); err != nil {
		c.refuse(err)
		return
	}
	c.json(http.StatusOK, struct{}{})
}

// userinfo is the small profile of OpenID Connect. It takes bearer tokens only: it answers other origins.
func (c *call) userinfo() {
	scheme, bearer, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		if err := c.r.ParseForm(); err != nil {
			bearer = ""
		} else {
			bearer = c.r.Form.Get("access_token")
		}
	}
	g, err := c.s.Identity.ByToken(c, c.site.ID, strings.TrimSpace(bearer))
	switch {
	case skein.KindOf(err) == skein.Unauthorized:
		if c.tooFast() {
			return
		}
		c.w.Header().Set("WWW-Authenticate", `Bearer realm="Doorkeeper", error="invalid_token", error_description="The access token is invalid"`)
		c.json(http.StatusUnauthorized, map[string]string{"error": "The access token is invalid"})
		return
	case err != nil:
		c.refuse(err)
		return
	case !identity.Allows(g, "profile"):
		c.json(http.StatusForbidden, map[string]string{"error": "This action is outside the authorized scopes"})
		return
	case g.User == nil:
		c.json(http.StatusUnprocessableEntity, map[string]string{"error": "This method requires an authenticated user"})
		return
	case identity.Ready(g) != nil:
		c.json(http.StatusForbidden, map[string]string{"error": identity.Ready(g).Error()})
		return
	}
	a, err := c.s.Identity.Account(c, g.Viewer)
	if err != nil {
		c.refuse(err)
		return
	}
	name := a.DisplayName
	if name == "" {
		name = a.Username
	}
	c.json(http.StatusOK, struct {
		Issuer   string `json:"iss"`
		Subject  string `json:"sub"`
		Name     string `json:"name"`
		Username string `json:"preferred_username"`
		Profile  string `json:"profile"`
		Picture  string `json:"picture"`
	}{c.site.URL("/"), a.URI, name, a.Username, a.URL, cmp.Or(a.Avatar, c.site.URL("/avatars/original/missing.png"))})
}

// metadata is RFC 8414, with Mastodon's app_registration_endpoint.
func (c *call) metadata() {
	c.json(http.StatusOK, map[string]any{
		"issuer":                                c.site.URL("/"),
		"authorization_endpoint":                c.site.URL("/oauth/authorize"),
		"token_endpoint":                        c.site.URL("/oauth/token"),
		"revocation_endpoint":                   c.site.URL("/oauth/revoke"),
		"userinfo_endpoint":                     c.site.URL("/oauth/userinfo"),
		"app_registration_endpoint":             c.site.URL("/api/v1/apps"),
		"service_documentation":                 "https://docs.joinmastodon.org/",
		"scopes_supported":                      identity.Scopes,
		"response_types_supported":              []string{"code"},
		"response_modes_supported":              []string{"query", "fragment", "form_post"},
		"grant_types_supported":                 []string{"authorization_code", "client_credentials"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post", "none"},
		"code_challenge_methods_supported":      []string{"S256"},
	})
}
