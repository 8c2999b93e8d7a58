package config

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type sample struct {
	Addr    string        `env:"DAKOKU_ADDR" envDefault:":8080" doc:"Where to listen."`
	Wait    time.Duration `env:"DAKOKU_WAIT" envDefault:"5s" doc:"How long to wait."`
	Count   int           `env:"DAKOKU_COUNT" doc:"How many."`
	Demo    bool          `env:"DAKOKU_DEMO"`
	Setup   Secret        `env:"DAKOKU_SETUP_SECRET"`
	Names   []string      `env:"DAKOKU_NAMES"`
	Log     logging
	Peer    peer `envPrefix:"DAKOKU_PEER_"`
	Ignored func()
}

type logging struct {
	Level string `env:"DAKOKU_LOG_LEVEL" envDefault:"info" doc:"The lowest level that is written."`
}

type peer struct {
	Addr string        `env:"ADDR"`
	Wait time.Duration `env:"WAIT"`
}

func TestLoadFillsEveryKindOfSetting(t *testing.T) {
	var got sample
	err := LoadFrom([]string{
		"DAKOKU_WAIT=1m", "DAKOKU_COUNT=3", "DAKOKU_DEMO=true", "DAKOKU_SETUP_SECRET=a=b", "DAKOKU_NAMES=a,b",
		"DAKOKU_LOG_LEVEL=debug", "DAKOKU_PEER_ADDR=http://localhost:1/x", "PATH=/bin", "OTHER_DAKOKU_X=1",
	}, &got)
	want := sample{
		Addr: ":8080", Wait: time.Minute, Count: 3, Demo: true, Setup: "a=b", Names: []string{"a", "b"},
		Log: logging{"debug"}, Peer: peer{Addr: "http://localhost:1/x"},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestLoadReadsTheProcess(t *testing.T) {
	t.Setenv("DAKOKU_LOG_LEVEL", "warn")
	var got logging
	if err := Load(&got); err != nil || got.Level != "warn" {
		t.Error(got, err)
	}
}

type strict struct {
	URL  Secret `env:"DAKOKU_DATABASE_URL,required"`
	Name string `env:"DAKOKU_NAME,notEmpty" envDefault:""`
}

type judged struct {
	Port int `env:"DAKOKU_PORT"`
}

func (j *judged) Validate() error {
	return errors.Join(errors.New("DAKOKU_PORT: too low"), errors.New("and odd"))
}

func TestEveryErrorIsOneLineThatNamesTheVariable(t *testing.T) {
	for name, c := range map[string]struct {
		environ []string
		into    any
		want    []string
	}{
		"unknown":        {[]string{"DAKOKU_ADR=x"}, &sample{}, []string{"unknown setting DAKOKU_ADR; did you mean DAKOKU_ADDR?"}},
		"two unknown":    {[]string{"DAKOKU_LOG_LVL=x", "DAKOKU_ADR=y"}, &sample{}, []string{"DAKOKU_ADR;", "did you mean DAKOKU_LOG_LEVEL?"}},
		"not a duration": {[]string{"DAKOKU_WAIT=soon"}, &sample{}, []string{"DAKOKU_WAIT: not a valid time.Duration"}},
		"not a number":   {[]string{"DAKOKU_COUNT=x"}, &sample{}, []string{"DAKOKU_COUNT: not a valid int"}},
		"nested twin":    {[]string{"DAKOKU_PEER_WAIT=x", "DAKOKU_WAIT=1s"}, &sample{}, []string{"DAKOKU_PEER_WAIT: not a valid"}},
		"missing":        {[]string{"DAKOKU_NAME=x"}, &strict{}, []string{"DAKOKU_DATABASE_URL: required, but not set"}},
		"empty":          {[]string{"DAKOKU_DATABASE_URL=x", "DAKOKU_NAME="}, &strict{}, []string{"DAKOKU_NAME: must not be empty"}},
		"own judgement":  {nil, &judged{}, []string{"DAKOKU_PORT: too low; and odd"}},
		"no struct":      {nil, new(int), []string{"pointer to a"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := LoadFrom(c.environ, c.into)
			if err == nil || strings.ContainsAny(err.Error(), "\n\r") {
				t.Fatalf("got %v", err)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q lacks %q", err, want)
				}
			}
		})
	}
}

func TestDescribeListsWhatLoadReads(t *testing.T) {
	list := Describe(&sample{})
	var described []string
	for _, v := range list {
		described = append(described, v.Name)
	}
	read, err := names(&sample{})
	if diff := cmp.Diff(read, described); err != nil || diff != "" {
		t.Error(err, diff)
	}
	want := Variable{"DAKOKU_LOG_LEVEL", "info", "The lowest level that is written."}
	if !slices.Contains(list, want) {
		t.Errorf("no %v in %v", want, list)
	}
	if Describe(1) != nil || Describe(nil) != nil {
		t.Error("a number has settings")
	}
}
