package lineworks

import (
	"net/http"
	"testing"
	"time"
)

// Every answer teaches, whatever its status and however the headers are spelled.
func TestRateOfAnswers(t *testing.T) {
	said := Rate{Limit: 240, Remaining: 239, Reset: 60 * time.Second}
	for name, c := range map[string]struct {
		status int
		header map[string]string
		want   Rate
	}{
		"documented":     {201, map[string]string{"rateLimit-limit": "240", "rateLimit-remaining": "239", "rateLimit-reset": "60"}, said},
		"capitals":       {201, map[string]string{"RATELIMIT-LIMIT": "240", "RATELIMIT-REMAINING": "239", "RATELIMIT-RESET": "60"}, said},
		"other name":     {201, map[string]string{"X-RateLimit-Limit": "240", "x-ratelimit-remaining": "239", "X-RateLimit-Reset": "60"}, said},
		"free plan, 429": {429, map[string]string{"rateLimit-limit": "60", "rateLimit-remaining": "0", "rateLimit-reset": "17"}, Rate{60, 0, 17 * time.Second}},
		"none":           {201, nil, Rate{}},
		"half":           {201, map[string]string{"rateLimit-limit": "240"}, Rate{}},
		"nonsense":       {201, map[string]string{"rateLimit-limit": "NaN", "rateLimit-remaining": "x", "rateLimit-reset": "-1"}, Rate{}},
		"a lie":          {201, map[string]string{"rateLimit-limit": "5000000000", "rateLimit-remaining": "Inf", "rateLimit-reset": "60"}, Rate{most, most, 60 * time.Second}},
		"a moment":       {201, map[string]string{"rateLimit-limit": "240", "rateLimit-remaining": "239", "rateLimit-reset": "1764201600"}, Rate{240, 239, maxReset}},
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := far(t, func(w http.ResponseWriter, _ *http.Request) {
				for key, value := range c.header {
					w.Header()[key] = []string{value}
				}
				w.WriteHeader(c.status)
			})
			got, err := client.Send(t.Context(), setV2(t), "at", Message{User: "u"})
			if got != c.want || (err == nil) != (c.status == 201) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}
