package mastodon

import (
	"encoding/json"
	"slices"

	"skein/internal/core/identity"
	"skein/internal/kit/web"
	"skein/internal/skein"
	"skein/internal/store"
)

// SecondStep is how somebody signs in with a code beside the password.
type SecondStep struct {
	Since     *stamp `json:"since"`
	CodesLeft int    `json:"codes_left"`
	CodesMade *stamp `json:"codes_made"`
}

// Passkey is a key pair that somebody signs in with.
type Passkey struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	CreatedAt stamp  `json:"created_at"`
	UsedAt    *stamp `json:"used_at"`
}

func passkey(k *skein.Passkey) Passkey {
	return Passkey{ID: k.ID.String(), Name: k.Name, CreatedAt: stamp(k.CreatedAt), UsedAt: when(k.UsedAt)}
}

// PasskeyQuestion is what a browser is asked, by navigator.credentials, and what it must send back with the answer.
type PasskeyQuestion struct {
	State   string          `json:"state"`
	Options json.RawMessage `json:"options"`
}

func question(q *identity.Question, err error) (*PasskeyQuestion, error) {
	if err != nil {
		return nil, proven(err)
	}
	return &PasskeyQuestion{q.State, q.Options}, nil
}

type proofForm struct {
	Password string `form:"password"`
}

// prove lets a session do for a few minutes what takes more than being signed in.
func (a *API) prove(c *call) (empty, error) {
	in, err := decode[proofForm](c)
	switch {
	case err != nil:
		return empty{}, err
	case in.Password == "":
		return empty{}, missing("password")
	}
	return empty{}, proven(a.Identity.Prove(c, c.who, in.Password, c.browser()))
}

// askProof asks for one of the person's passkeys instead.
func (a *API) askProof(c *call) (*PasskeyQuestion, error) {
	return question(a.Identity.AskProof(c, c.who, c.browser()))
}

type answerForm struct {
	State  string `form:"state"`
	Answer string `form:"answer"`
	Name   string `form:"name"`
}

func (c *call) answer() (*answerForm, error) {
	in, err := decode[answerForm](c)
	switch {
	case err != nil:
		return nil, err
	case in.State == "":
		return nil, missing("state")
	case in.Answer == "":
		return nil, missing("answer")
	}
	return in, nil
}

func (a *API) proveByPasskey(c *call) (empty, error) {
	in, err := c.answer()
	if err != nil {
		return empty{}, err
	}
	err = a.Identity.ProveByPasskey(c, c.who, in.State, in.Answer, c.browser())
	if skein.KindOf(err) == skein.Unauthorized { // the session is as good as before
		err = skein.Errorf(skein.Denied, "%s", err.Error())
	}
	return empty{}, err
}

// askNewPasskey asks the browser to make a passkey.
func (a *API) askNewPasskey(c *call) (*PasskeyQuestion, error) {
	in, err := decode[proofForm](c)
	if err != nil {
		return nil, err
	}
	return question(a.Identity.AskNewPasskey(c, c.who, in.Password, c.browser()))
}

func (a *API) addPasskey(c *call) (*Passkey, error) {
	in, err := c.answer()
	if err != nil {
		return nil, err
	}
	k, err := a.Identity.AddPasskey(c, c.who, in.State, in.Answer, in.Name, c.browser())
	if err != nil {
		return nil, err
	}
	out := passkey(k)
	return &out, nil
}

type nameForm struct {
	Name string `form:"name"`
}

func (a *API) renamePasskey(c *call) (*Passkey, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	in, err := decode[nameForm](c)
	if err != nil {
		return nil, err
	}
	k, err := a.Identity.RenamePasskey(c, c.who, id, in.Name)
	if err != nil {
		return nil, err
	}
	out := passkey(k)
	return &out, nil
}

func (a *API) removePasskey(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	in, err := decode[proofForm](c)
	if err != nil {
		return empty{}, err
	}
	return empty{}, proven(a.Identity.RemovePasskey(c, c.who, id, in.Password, c.browser()))
}

// StepSetup is what a program for codes must know.
type StepSetup struct {
	Secret string  `json:"secret"`
	URI    string  `json:"uri"`
	QR     Squares `json:"qr"`
}

// Squares are the dark squares of a picture: the path of an SVG that is so many units wide and high.
type Squares struct {
	Size int    `json:"size"`
	Path string `json:"path"`
}

// setUpStep begins to set up codes; nothing changes before one of them is confirmed.
func (a *API) setUpStep(c *call) (*StepSetup, error) {
	in, err := decode[proofForm](c)
	if err != nil {
		return nil, err
	}
	s, err := a.Identity.SetUpStep(c, c.who, in.Password, c.browser())
	if err != nil {
		return nil, proven(err)
	}
	return &StepSetup{s.Secret, s.URI, Squares{s.QR.Size, s.QR.Path}}, nil
}

type codeForm struct {
	Code string `form:"code"`
}

// RecoveryCodes are seen once.
type RecoveryCodes struct {
	Codes []string `json:"codes"`
}

// confirmStep puts the codes into use. All other sessions and apps end; this browser goes on with a new one.
func (a *API) confirmStep(c *call) (*RecoveryCodes, error) {
	in, err := decode[codeForm](c)
	switch {
	case err != nil:
		return nil, err
	case in.Code == "":
		return nil, missing("code")
	}
	token, codes, err := a.Identity.ConfirmStep(c, c.who, in.Code, c.browser())
	if skein.KindOf(err) == skein.Unauthorized {
		err = skein.Errorf(skein.Denied, "%s", err.Error())
	}
	if err != nil {
		return nil, err
	}
	c.clearUnnamed()
	web.KeepSession(c.w, c.site.Base, c.who.Account.String(), token)
	return &RecoveryCodes{codes}, nil
}

func (a *API) endStep(c *call) (empty, error) {
	in, err := decode[proofForm](c)
	if err != nil {
		return empty{}, err
	}
	return empty{}, proven(a.Identity.EndStep(c, c.who, in.Password, c.browser()))
}

func (a *API) newRecoveryCodes(c *call) (*RecoveryCodes, error) {
	in, err := decode[proofForm](c)
	if err != nil {
		return nil, err
	}
	codes, err := a.Identity.NewRecoveryCodes(c, c.who, in.Password, c.browser())
	if err != nil {
		return nil, proven(err)
	}
	return &RecoveryCodes{codes}, nil
}

// SecurityEvent is a line of the security log.
type SecurityEvent struct {
	ID        string             `json:"id"`
	Kind      skein.SecurityKind `json:"kind"`
	Name      string             `json:"name"`
	Agent     string             `json:"agent"`
	Address   string             `json:"address"`
	CreatedAt stamp              `json:"created_at"`
}

func securityEvents(list []*skein.SecurityEvent) []SecurityEvent {
	out := make([]SecurityEvent, 0, len(list))
	for _, e := range list {
		out = append(out, SecurityEvent{ID: e.ID.String(), Kind: e.Kind, Name: e.Name, Agent: e.Agent, Address: e.Address, CreatedAt: stamp(e.CreatedAt)})
	}
	return out
}

// securityLog: what happened to how the person signs in.
func (a *API) securityLog(c *call) ([]SecurityEvent, error) {
	page, err := c.page(20, 80)
	if err != nil {
		return nil, err
	}
	list, err := a.Identity.SecurityLog(c, c.who, store.Page(page))
	if err != nil {
		return nil, err
	}
	if n := len(list); n > 0 {
		c.link(byCursor, n, page.Limit, list[0].ID, list[n-1].ID)
	}
	return securityEvents(list), nil
}

// notices are the events that the person was not told of in this browser yet.
func (a *API) notices(c *call) ([]SecurityEvent, error) {
	list, err := a.Identity.Notices(c, c.grant)
	if err != nil {
		return nil, err
	}
	return securityEvents(list), nil
}

type seenForm struct {
	UpTo skein.ID `form:"up_to"`
}

func (a *API) seeNotices(c *call) (empty, error) {
	in, err := decode[seenForm](c)
	switch {
	case err != nil:
		return empty{}, err
	case in.UpTo == 0:
		return empty{}, missing("up_to")
	}
	return empty{}, a.Identity.SeeNotices(c, c.grant, web.Session(c.r, c.site.Base), in.UpTo)
}

// RecoveryWait says that somebody waits to take the account over without its second step.
type RecoveryWait struct {
	AskedAt stamp  `json:"asked_at"`
	ReadyAt stamp  `json:"ready_at"`
	Agent   string `json:"agent"`
	Address string `json:"address"`
}

func (a *API) stopRecovery(c *call) (empty, error) {
	return empty{}, a.Identity.StopRecovery(c, c.who, c.browser())
}

// factors fills in what somebody signs in with beside a password.
func (a *API) factors(c *call, out *Security) error {
	f, err := a.Identity.Factors(c, c.who, c.grant.Session)
	if err != nil {
		return err
	}
	out.PasskeysWork = identity.Passkeys(c.site)
	out.Passkeys = make([]Passkey, 0, len(f.Passkeys))
	for _, k := range slices.Backward(f.Passkeys) {
		out.Passkeys = append(out.Passkeys, passkey(k))
	}
	out.SecondStep = SecondStep{Since: when(f.StepSince), CodesLeft: f.CodesLeft, CodesMade: when(f.CodesMade)}
	if until := identity.ProvenUntil(f.Proven); until.After(a.Clock()) {
		out.ProvenUntil = when(until)
	}
	wait, err := a.Identity.Recovery(c, c.who)
	if err == nil && wait != nil {
		out.Recovery = &RecoveryWait{AskedAt: stamp(wait.AskedAt), ReadyAt: stamp(wait.ReadyAt), Agent: wait.Agent, Address: wait.Address}
	}
	return err
}
