package storetest

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"tarn/store/storetest/pgcluster"
)

func TestStopWithout(t *testing.T) {
	t.Parallel()
	missing := fmt.Errorf("%w: no binaries", pgcluster.ErrUnavailable)
	broken := errors.New("migration failed")
	tests := map[string]struct {
		err     error
		require string
		want    string
	}{
		"missing":                        {missing, "", "skip: NOT TESTED ON POSTGRESQL"},
		"missing, expressly not needed":  {missing, "0", "skip: NOT TESTED ON POSTGRESQL"},
		"missing but required":           {missing, "1", "fatal: storetest: no PostgreSQL cluster"},
		"missing, required unclearly":    {missing, "please", `fatal: storetest: TARN_REQUIRE_POSTGRES is "please"`},
		"broken is never skipped":        {broken, "", "fatal: storetest: migration failed"},
		"broken and required":            {broken, "1", "fatal: storetest: migration failed"},
		"broken, expressly not required": {broken, "false", "fatal: storetest: migration failed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &recorder{TB: t}
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				stopWithout(r, test.err, test.require)
				r.verdict = "went on"
			}()
			<-ended
			if !strings.HasPrefix(r.verdict, test.want) {
				t.Errorf("the test would %s, want %s", r.verdict, test.want)
			}
		})
	}
}

func TestURL_UnknownDialect(t *testing.T) {
	t.Parallel()
	r := &recorder{TB: t}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		URL(r, "oracle")
	}()
	<-ended
	if want := `fatal: storetest: no such dialect: "oracle"`; r.verdict != want {
		t.Errorf("URL of an unknown dialect: %q, want %q", r.verdict, want)
	}
}

// recorder is a test that notes how it ends and ends its goroutine.
type recorder struct {
	testing.TB
	verdict string
}

// Fatalf notes a failure.
func (r *recorder) Fatalf(format string, args ...any) {
	r.verdict = "fatal: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// Skipf notes a skip.
func (r *recorder) Skipf(format string, args ...any) {
	r.verdict = "skip: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}
