package skein

// FeaturedTag is a hashtag on a profile. Uses and Last are of the account's listed posts with it.
type FeaturedTag struct {
	ID      ID
	Account ID
	Tag     Tag
	Uses    int
	Last    ID // 0: none
}
