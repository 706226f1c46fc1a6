package notify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
)

// errPrivateTarget is the error of a connection to an address that is not of the public
// internet.
var errPrivateTarget = errors.New("the address is private")

// reserved are the networks that look like public ones and are none.
//
//nolint:gochecknoglobals // constants
var reserved = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "3fff::/20",
)

// The networks whose addresses hold one of IPv4 that is connected to in their stead, and
// the byte at which it begins.
var embedding = map[netip.Prefix]int{
	netip.MustParsePrefix("64:ff9b::/96"): 12, // NAT64
	netip.MustParsePrefix("2002::/16"):    2,  // 6to4
}

// globalUnicast is what of IPv6 is the public internet.
//
//nolint:gochecknoglobals // a constant
var globalUnicast = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// public reports whether an address is one of the public internet.
func public(address netip.Addr) bool {
	address = address.Unmap().WithZone("")
	for network, at := range embedding {
		if network.Contains(address) {
			bytes := address.As16()
			return public(netip.AddrFrom4([4]byte(bytes[at : at+4])))
		}
	}
	for _, network := range reserved {
		if network.Contains(address) {
			return false
		}
	}
	if address.Is6() && !globalUnicast.Contains(address) {
		return false
	}
	return address.IsGlobalUnicast() && !address.IsPrivate()
}

// dialing connects with a dialer, and asks nobody for a host that has no address by its
// name (RFC 6761, section 6.4): a name server that is not there would cost seconds.
func dialing(dialer *net.Dialer) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if name := "." + strings.ToLower(strings.TrimSuffix(host, ".")); err == nil && strings.HasSuffix(name, ".invalid") {
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		}
		return dialer.DialContext(ctx, network, address)
	}
}

// refusePrivate refuses connections to addresses that are not of the public internet. It
// is asked when names are resolved, for each address before it is connected to, so that
// no name can point inside.
func refusePrivate(_, address string, _ syscall.RawConn) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("read the address %s: %w", address, err)
	}
	if !public(target.Addr()) {
		return &net.AddrError{Err: errPrivateTarget.Error(), Addr: target.Addr().String()}
	}
	return nil
}
