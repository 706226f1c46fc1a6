package locale

import (
	"strconv"
	"strings"
)

// Fill puts values into a text, in which {0} stands for the first one.
func Fill(text string, values ...string) string {
	pairs := make([]string, 0, 2*len(values))
	for i, value := range values {
		pairs = append(pairs, "{"+strconv.Itoa(i)+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
