//go:build !linux

package pgcluster

// memoryDir returns a directory in memory with room for a cluster, if there is
// one. Outside of Linux no place is known to be one.
func memoryDir() (string, bool) {
	return "", false
}
