package skein

import "testing"

// T152: roles form a ladder; each may what the lower ones may, and stands over those and nobody else.
func TestT152_RolesFormALadder(t *testing.T) {
	for i, high := range Roles {
		for j, low := range Roles {
			if got, want := high.Over(low), i < j; got != want {
				t.Errorf("%s over %s: %t", high, low, got)
			}
			if i <= j && !high.May(low.Rights()) {
				t.Errorf("%s may not all that %s may", high, low)
			}
		}
		if !high.Over("nobody") || Role("nobody").Over(high) || Role("nobody").May(ManageUsers) {
			t.Errorf("%s and a role that is none", high)
		}
	}
	if Member.Rights() != 0 || Moderator.May(ManageBlocks) || Moderator.May(ManageRoles) || Admin.May(Administrate) || !Owner.May(Administrate) {
		t.Error("somebody may what they may not, or the other way round")
	}
	// The places of the bits are those that clients know: mastodon-api.md 4.25.
	for right, bit := range map[Rights]int{Administrate: 0, ManageReports: 4, ManageUsers: 10, InviteUsers: 16, DeleteData: 19, ManageSubscriptions: 22} {
		if right != 1<<bit {
			t.Errorf("bit %d is %b", bit, right)
		}
	}
}
