package moderation

import (
	"context"
	"encoding/hex"
	"strings"

	"skein/internal/core/social"
	"skein/internal/kit/fetch"
	"skein/internal/kit/mail"
	"skein/internal/skein"
	"skein/internal/store"
)

// EmailDomains returns a page of the blocked providers of mail, newest first.
func (s *Service) EmailDomains(ctx context.Context, who skein.Viewer, p social.Page) (list []*skein.EmailDomainBlock, err error) {
	err = s.read(ctx, who, func(tx *store.Tx) error {
		if list, err = tx.EmailDomainPage(store.Page(p)); err != nil {
			return err
		}
		return withTries(tx, list)
	})
	return list, err
}

// EmailDomain returns one.
func (s *Service) EmailDomain(ctx context.Context, who skein.Viewer, id skein.ID) (b *skein.EmailDomainBlock, err error) {
	err = s.read(ctx, who, func(tx *store.Tx) error {
		if b, err = tx.EmailDomain(id); err != nil {
			return err
		}
		return withTries(tx, []*skein.EmailDomainBlock{b})
	})
	return b, err
}

// withTries fills in how often each was tried: one query for all.
func withTries(tx *store.Tx, list []*skein.EmailDomainBlock) error {
	byID := make(map[skein.ID]*skein.EmailDomainBlock, len(list))
	ids := make([]skein.ID, len(list))
	for i, b := range list {
		byID[b.ID], ids[i] = b, b.ID
	}
	days, err := tx.EmailTries(ids)
	for _, d := range days {
		byID[d.Ref].Tries = append(byID[d.Ref].Tries, *d)
	}
	return err
}

// BlockEmailDomain blocks a provider of mail, with all domains below it.
func (s *Service) BlockEmailDomain(ctx context.Context, who skein.Viewer, domain string, withApproval bool) (*skein.EmailDomainBlock, error) {
	b := &skein.EmailDomainBlock{WithApproval: withApproval}
	host, hostErr := fetch.Host(strings.TrimPrefix(strings.TrimSpace(domain), "@"))
	err := s.block(ctx, who, func(tx *store.Tx) (skein.Deed, error) {
		switch {
		case strings.TrimSpace(domain) == "":
			return skein.Deed{}, invalid("domain", "blank", "Domain can't be blank")
		case hostErr != nil || mail.Address("a@"+host) != nil: // neither with a port nor an address on the network
			return skein.Deed{}, invalid("domain", "invalid", "Domain is not a valid domain name")
		}
		b.Domain = host
		full, err := tx.EmailDomainsFull()
		if err == nil && full {
			err = skein.Errorf(skein.Invalid, "A site blocks %d providers of mail.", skein.MaxEmailDomainBlocks)
		}
		if err != nil {
			return skein.Deed{}, err
		}
		isNew, err := tx.InsertEmailDomain(b)
		if err == nil && !isNew {
			err = invalid("domain", "taken", "Domain has already been taken")
		}
		return emailDomainDeed("block", b), err
	})
	if err != nil {
		return nil, err
	}
	return b, nil
}

func emailDomainDeed(action string, b *skein.EmailDomainBlock) skein.Deed {
	d := skein.Deed{Action: action, Kind: "email_domain", Target: b.ID, Name: b.Domain}
	if b.WithApproval {
		d.Detail = "approval"
	}
	return d
}

// UnblockEmailDomain takes it back.
func (s *Service) UnblockEmailDomain(ctx context.Context, who skein.Viewer, id skein.ID) error {
	return s.block(ctx, who, func(tx *store.Tx) (skein.Deed, error) {
		b, err := tx.EmailDomain(id)
		if err != nil {
			return skein.Deed{}, err
		}
		return emailDomainDeed("unblock", b), tx.DeleteEmailDomain(id)
	})
}

// EmailBlocks returns a page of the blocked mailboxes, newest first.
func (s *Service) EmailBlocks(ctx context.Context, who skein.Viewer, p social.Page) (list []*skein.EmailBlock, err error) {
	err = s.read(ctx, who, func(tx *store.Tx) error {
		list, err = tx.EmailBlockPage(store.Page(p))
		return err
	})
	return list, err
}

// EmailBlock returns one.
func (s *Service) EmailBlock(ctx context.Context, who skein.Viewer, id skein.ID) (b *skein.EmailBlock, err error) {
	err = s.read(ctx, who, func(tx *store.Tx) error {
		b, err = tx.EmailBlock(id)
		return err
	})
	return b, err
}

// TestEmail returns the blocks that an address would meet.
func (s *Service) TestEmail(ctx context.Context, who skein.Viewer, address string) (list []*skein.EmailBlock, err error) {
	err = s.read(ctx, who, func(tx *store.Tx) error {
		list, err = tx.EmailBlocksOf(mail.Hashes(address))
		return err
	})
	return list, err
}

// BlockEmail blocks a mailbox, given by its address or, if that is empty, by its hash.
func (s *Service) BlockEmail(ctx context.Context, who skein.Viewer, address, hash string) (*skein.EmailBlock, error) {
	b := &skein.EmailBlock{Hash: strings.ToLower(strings.TrimSpace(hash))}
	err := s.block(ctx, who, func(tx *store.Tx) (skein.Deed, error) {
		address = strings.TrimSpace(address)
		raw, bad := hex.DecodeString(b.Hash)
		switch {
		case address != "" && mail.Address(address) != nil:
			return skein.Deed{}, invalid("email", "invalid", "Email is not a mail address")
		case address != "":
			b.Hash = mail.Hash(address)
		case b.Hash == "":
			return skein.Deed{}, invalid("canonical_email_hash", "blank", "Canonical email hash can't be blank")
		case bad != nil || len(raw) != 32:
			return skein.Deed{}, invalid("canonical_email_hash", "invalid", "Canonical email hash is not SHA-256 in hex")
		}
		full, err := tx.EmailBlocksFull()
		if err == nil && full {
			err = skein.Errorf(skein.Invalid, "A site blocks %d mailboxes.", skein.MaxEmailBlocks)
		}
		if err != nil {
			return skein.Deed{}, err
		}
		isNew, err := tx.InsertEmailBlock(b)
		if err == nil && !isNew {
			err = invalid("canonical_email_hash", "taken", "Canonical email hash has already been taken")
		}
		return emailDeed("block", b), err
	})
	if err != nil {
		return nil, err
	}
	return b, nil
}

// emailDeed names a mailbox by its hash alone: the log lives longer than the address is known.
func emailDeed(action string, b *skein.EmailBlock) skein.Deed {
	return skein.Deed{Action: action, Kind: "email", Target: b.ID, Name: b.Hash}
}

// UnblockEmail takes it back.
func (s *Service) UnblockEmail(ctx context.Context, who skein.Viewer, id skein.ID) error {
	return s.block(ctx, who, func(tx *store.Tx) (skein.Deed, error) {
		b, err := tx.EmailBlock(id)
		if err != nil {
			return skein.Deed{}, err
		}
		return emailDeed("unblock", b), tx.DeleteEmailBlock(id)
	})
}

// blockMailbox keeps somebody who is suspended from coming back under another name (T181), until that is taken back.
func blockMailbox(tx *store.Tx, p *Person) error {
	if p.User == nil || p.User.Email == "" {
		return nil
	}
	_, err := tx.InsertEmailBlock(&skein.EmailBlock{Hash: mail.Hash(p.User.Email), Account: p.Account.ID})
	return err
}
