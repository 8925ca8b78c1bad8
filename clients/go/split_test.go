package predict

import (
	"reflect"
	"strings"
	"testing"
)

func TestBatchesAreAsFullAsBothLimitsAllow(t *testing.T) {
	envelope := len(bodyHead) + len(bodyTail)
	for name, test := range map[string]struct {
		limits Limits
		want   [][]int
	}{
		"two and a comma fit":    {Limits{64, envelope + 61}, [][]int{{0, 1}, {2, 3}}},
		"two without a comma":    {Limits{64, envelope + 60}, [][]int{{0}, {1}, {2}, {3}}},
		"three by their count":   {Limits{3, 10_000}, [][]int{{0, 1, 2}, {3}}},
		"all in one":             {Limits{4, 10_000}, [][]int{{0, 1, 2, 3}}},
		"as long as can be sent": {Limits{64, envelope + 30}, [][]int{{0}, {1}, {2}, {3}}},
	} {
		split := splitter{limits: test.limits}
		var got [][]int
		take := func(full batch) {
			if len(full.indices) == 0 {
				return
			}
			got = append(got, full.indices)
			if len(full.body) > test.limits.BodyBytes {
				t.Errorf("%s: a body of %d bytes", name, len(full.body))
			}
			instances := strings.TrimSuffix(strings.TrimPrefix(string(full.body), bodyHead), bodyTail)
			if strings.Count(instances, ",") != len(full.indices)-1 {
				t.Errorf("%s: %s", name, full.body)
			}
		}
		for index := 0; index < 4; index++ {
			take(split.add(index, []byte(strings.Repeat("x", 30))))
		}
		take(split.rest())
		take(split.rest())
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: expected %v, got %v", name, test.want, got)
		}
	}
}
