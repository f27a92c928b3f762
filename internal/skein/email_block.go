package skein

import "time"

// EmailDomainBlock is what those who run a site hold against a provider of mail: nobody signs up with a mailbox there.
type EmailDomainBlock struct {
	ID           ID
	Domain       string // and all below it
	WithApproval bool   // who signs up with one waits for a moderator instead
	CreatedAt    time.Time
	Tries        []TrendDay // of the last days, as far as somebody tried; Accounts counts addresses on the network
}

// EmailBlock is a mailbox that nobody signs up with, known by its hash alone.
type EmailBlock struct {
	ID        ID
	Hash      string
	Account   ID // whose it was: the block ends with the suspension; 0: somebody blocked it by hand
	CreatedAt time.Time
}

// Bounds of blocks of mail.
const (
	MaxEmailDomainBlocks = 10_000
	MaxEmailBlocks       = 100_000
	EmailTryDays         = 7 // how long it is known who tried to sign up with a blocked provider
)
