package usage

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// movesOf are the moves of events, printed.
func movesOf(t *testing.T, request Request, list ...in) [][2]string {
	t.Helper()
	moves, shown := NewMoves(request), [][2]string{}
	for _, event := range inOrder(eventsOf(t, request, list)) {
		moves.Add(event)
	}
	for _, move := range moves.List() {
		shown = append(shown, [2]string{move.Full.String(), move.Prorated.String()})
	}
	return shown
}

func TestMoves_Sum(t *testing.T) {
	t.Parallel()
	request := prorated(metric(AggregationSum)).during(periodOf("2024-09-01", "2024-10-01", 30))
	require.Equal(t, [][2]string{{"2", "1.4"}, {"5", "2.5"}, {"-6", "-2.2"}, {"60", "2"}}, movesOf(t, request,
		in{"2024-09-10", `{"v":2}`}, in{"2024-09-16", `{"v":5}`}, in{"2024-09-20", `{"v":-6}`}, in{"2024-09-30", `{"v":60}`}))
	require.Equal(t, [][2]string{{"71", "71"}, {"1", "0.03333333333333333333333333333333"}}, movesOf(t, request,
		in{"2024-08-10", `{"v":1}`}, in{"2024-08-10", `{"v":70}`}, in{"2024-09-30", `{"v":1}`}, in{"2024-09-30", `{"v":"x"}`}))
	require.Empty(t, movesOf(t, request, in{"2024-08-10", `{"v":1}`}, in{"2024-08-11", `{"v":-1}`}), "nothing was carried")
	upgraded := request
	upgraded.Period.Upgraded = true
	require.Equal(t, [][2]string{{"30", "29"}}, movesOf(t, upgraded, in{"2024-08-10", `{"v":30}`}))
	require.Empty(t, movesOf(t, request))
}

func TestMoves_UniqueCount(t *testing.T) {
	t.Parallel()
	request := prorated(metric(AggregationUniqueCount))
	require.Equal(t, [][2]string{{"1", "1"}, {"1", "0.06452"}, {"-1", "0"}, {"1", "0.51613"}}, movesOf(t, request,
		in{"2024-02-10", addA}, in{"2024-02-11", `{"v":"c"}`}, in{"2024-02-12", `{"v":"c","operation_type":"remove"}`},
		in{"2024-03-02", addB}, in{"2024-03-03", `{"v":"b","operation_type":"remove"}`}, in{"2024-03-16", addB}),
		"a is carried, c had ended before, b was there twice")
	require.Empty(t, movesOf(t, request, in{"2024-03-02", removeA}))
}
