package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/clock"
)

// BenchmarkStart starts tarn on an empty embedded database. It reports how
// long the first answer takes from the start of the process, how much of a
// processor the whole life of the process needs, which other work on the
// machine does not change, and what memory it has when it has answered. Design:
// 250 ms and 60 MiB at most.
func BenchmarkStart(b *testing.B) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		b.Skip("the memory of a process is not known here")
	}
	var answered, processor time.Duration
	var resident, peak float64
	for b.Loop() {
		begun := clock.Monotonic()
		p := start(b, environment{"TARN_DATABASE_URL": filepath.Join(b.TempDir(), "tarn.db"), "TARN_LOG_LEVEL": "error"})
		p.do(b, http.StatusOK, http.MethodGet, "/api/v1/taxes", "")
		answered += clock.Since(begun)
		resident += mebibytes(b, p, "VmRSS")
		peak += mebibytes(b, p, "VmHWM")
		b.StopTimer()
		require.Zero(b, p.stop(b))
		processor += p.command.ProcessState.UserTime() + p.command.ProcessState.SystemTime()
		b.StartTimer()
	}
	b.ReportMetric(float64(answered.Milliseconds())/float64(b.N), "ms-to-answer")
	b.ReportMetric(float64(processor.Milliseconds())/float64(b.N), "cpu-ms")
	b.ReportMetric(resident/float64(b.N), "MiB-resident")
	b.ReportMetric(peak/float64(b.N), "MiB-peak")
}

// mebibytes reads a size from what the kernel knows of a process.
func mebibytes(b *testing.B, p *program, name string) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	require.NoError(b, err)
	for line := range strings.Lines(string(status)) {
		if value, found := strings.CutPrefix(line, name+":"); found {
			var kibibytes float64
			_, err := fmt.Sscanf(value, "%f kB", &kibibytes)
			require.NoError(b, err)
			return kibibytes / 1024
		}
	}
	require.FailNow(b, "the kernel does not say "+name)
	return 0
}
