package notify

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPublic_KnowsTheNetworksThatAreNot lists addresses in every spelling that leads
// inside.
func TestPublic_KnowsTheNetworksThatAreNot(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
		"169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
		"224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.88.99.1",
		"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1",
		"fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
		"64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001::1", "2001:db8::1", "100::1", "3fff::1",
	} {
		assert.False(t, public(netip.MustParseAddr(address)), address)
		assert.ErrorContains(t, refusePrivate("tcp", netip.AddrPortFrom(netip.MustParseAddr(address), 443).String(), nil), "private", address)
	}
	for _, address := range []string{
		"1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "192.167.255.255", "223.255.255.255",
		"::ffff:8.8.8.8", "2606:4700:4700::1111", "2a00:1450:4001::1", "64:ff9b::808:808", "2002:808:808::1",
	} {
		assert.True(t, public(netip.MustParseAddr(address)), address)
		assert.NoError(t, refusePrivate("tcp", netip.AddrPortFrom(netip.MustParseAddr(address), 443).String(), nil), address)
	}
	assert.Error(t, refusePrivate("tcp", "no address", nil))
}

// TestDialing_AsksNobodyForInvalidNames shows that such a name fails at once, and before
// any resolver is asked: the one of this dialer would not answer.
func TestDialing_AsksNobodyForInvalidNames(t *testing.T) {
	t.Parallel()
	var asked []string
	dial := dialing(&net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(_ context.Context, _, address string) (net.Conn, error) {
		asked = append(asked, address)
		return nil, errors.New("no resolver")
	}}})
	for _, address := range []string{"invalid:80", "hooks.INVALID:443", "hooks.acme.invalid.:443"} {
		_, err := dial(t.Context(), "tcp", address)
		var missing *net.DNSError
		require.ErrorAs(t, err, &missing, address)
		assert.True(t, missing.IsNotFound, address)
	}
	assert.Empty(t, asked)
	_, err := dial(t.Context(), "tcp", "hooks.notinvalid:443")
	require.ErrorContains(t, err, "no resolver")
	assert.NotEmpty(t, asked)
}
