package pgcluster

import "syscall"

// sharedMemory is where Linux keeps files in memory.
const sharedMemory = "/dev/shm"

// sharedMemoryNeeded is the free space, in bytes, that a cluster and a good
// number of test databases need. Containers often have only 64 MiB.
const sharedMemoryNeeded = 1 << 30

// memoryDir returns a directory in memory with room for a cluster, if there is
// one.
func memoryDir() (string, bool) {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(sharedMemory, &stat); err != nil {
		return "", false
	}
	if stat.Bavail*uint64(stat.Bsize) < sharedMemoryNeeded {
		return "", false
	}
	const writeAndSearch = 0o3
	return sharedMemory, syscall.Access(sharedMemory, writeAndSearch) == nil
}
