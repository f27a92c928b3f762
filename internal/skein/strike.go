package skein

import "time"

// Measure is what those who look after a site do about an account.
type Measure string

// The measures, from the mildest on.
const (
	Warn      Measure = "warn"      // a word, nothing more
	Disable   Measure = "disable"   // the person is signed out and cannot sign in; the account stays as it is
	Sensitize Measure = "sensitize" // what it posts is shown as sensitive
	Limit     Measure = "limit"     // shown only to those who follow it
	Suspend   Measure = "suspend"   // there for nobody
)

// Measures lists all of them.
var Measures = []Measure{Warn, Disable, Sensitize, Limit, Suspend}

// MaxStrikeText bounds what a person is told, in characters.
const MaxStrikeText = 5000

// Strike is what somebody was told and done to, for them to read.
type Strike struct {
	ID        ID
	Account   ID // whom it is about
	By        ID
	Measure   Measure
	Text      string
	Report    ID   // that led to it; 0: none
	Posts     []ID // that it is about
	CreatedAt time.Time
}

// Deed is a line of the audit log: who decided what about whom or what, and when.
type Deed struct {
	ID        ID
	By        ID     // the site's own actor: the operator, on the command line
	Action    string // warn, suspend, approve, resolve, ...
	Kind      string // of what it is about: account, report, peer, ...
	Target    ID
	Name      string // of what it is about, as it was called then
	Detail    string
	CreatedAt time.Time
}

// Address is where a person was seen from.
type Address struct {
	Account ID
	Address string
	UsedAt  time.Time
}
