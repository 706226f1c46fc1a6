package expression

import "testing"

const benchmarkSource = "round((event.properties.v * event.properties.u + event.properties.scaled) / 3, 2)"

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(benchmarkSource); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEvaluate(b *testing.B) {
	sources := map[string]string{
		"sum":      "event.properties.a + event.properties.b",
		"quotient": benchmarkSource,
		"concat":   "concat(event.properties.r, '-', event.code)",
	}
	for name, source := range sources {
		b.Run(name, func(b *testing.B) {
			parsed, err := Parse(source)
			if err != nil {
				b.Fatal(err)
			}
			event := sampleEvent()
			b.ReportAllocs()
			for b.Loop() {
				value, err := parsed.Evaluate(event)
				if err != nil {
					b.Fatal(err)
				}
				if value.String() == "" {
					b.Fatal("no value")
				}
			}
		})
	}
}
