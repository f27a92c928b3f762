package skein

import "time"

// Passkey is a key pair of WebAuthn that somebody signs in with; the private half never leaves their device.
type Passkey struct {
	ID         ID
	Account    ID
	Handle     []byte // the ID that the authenticator gave it
	Name       string // as its person calls it
	Credential []byte // what WebAuthn wants kept of it, JSON
	CreatedAt  time.Time
	UsedAt     time.Time // zero: never
}

// SecurityKind is what happened to how somebody signs in.
type SecurityKind string

// What may happen.
const (
	SecuritySignedIn        SecurityKind = "signed_in"
	SecurityNewBrowser      SecurityKind = "new_browser" // signed in with a browser that was not seen before
	SecurityPassword        SecurityKind = "password_changed"
	SecurityReset           SecurityKind = "password_reset" // by the link of a letter, or by the operator
	SecurityEmail           SecurityKind = "email_changed"
	SecurityPasskeyAdded    SecurityKind = "passkey_added"
	SecurityPasskeyRemoved  SecurityKind = "passkey_removed"
	SecurityPasskeyRefused  SecurityKind = "passkey_refused" // its counter went back: there may be a copy of it
	SecurityStepOn          SecurityKind = "second_step_on"
	SecurityStepOff         SecurityKind = "second_step_off"
	SecurityCodesMade       SecurityKind = "recovery_codes_made"
	SecurityCodeUsed        SecurityKind = "recovery_code_used"
	SecurityFactorsReset    SecurityKind = "factors_reset" // by the operator
	SecurityRecoveryAsked   SecurityKind = "recovery_asked"
	SecurityRecoveryStopped SecurityKind = "recovery_stopped"
	SecurityRecovered       SecurityKind = "recovered"
	SecuritySessionEnded    SecurityKind = "session_ended"
	SecuritySessionsEnded   SecurityKind = "sessions_ended"
	SecurityAppAllowed      SecurityKind = "app_allowed"
	SecurityAppRevoked      SecurityKind = "app_revoked"
)

// SecurityEvent is one line of somebody's security log.
type SecurityEvent struct {
	ID        ID
	Account   ID
	Kind      SecurityKind
	Name      string // of the passkey or app
	Agent     string // of the browser
	Address   string // shortened
	Device    []byte // hash of what tells the browser from others; empty: nothing does
	Notice    bool   // the person is told in all browsers that are signed in
	CreatedAt time.Time
}

// Recovery is the wait of somebody who lost all that they sign in with.
type Recovery struct {
	Account        ID
	Agent, Address string // who asked; the address is shortened
	AskedAt        time.Time
	ReadyAt        time.Time
}

// RecoveryWait is how long somebody waits who lost all that they sign in with, where the site says nothing else; and for
// how many days it may be set.
const (
	RecoveryWait    = 7
	MinRecoveryWait = 1
	MaxRecoveryWait = 60
)
