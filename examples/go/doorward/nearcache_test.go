package doorward

import (
	"encoding/json"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	doorwardv1 "example.com/orders/gen/doorward/v1"
)

type shared struct {
	Settings struct {
		Lease, EntryLifetime, AbsentLifetime int64
		MaxEntries                           int
	}
	Histories []struct {
		Name  string
		Steps []step
	}
}

type position struct {
	Epoch string
	Seqs  map[string]string
}

type step struct {
	At         int64
	Reset      *position
	Probe      string
	Answered   string
	Head       position
	Fill       string
	Token      string
	Good       string
	Absent     string
	LimitLease int64
	Apply      *struct {
		Lane          int
		Seq           string
		Kind          string
		User, Session string
	}
	Applied       bool
	Get, Is       string
	User, Session string
	Lane          int
	AsOf          string
	ExpiresIn     int64
	Kept          bool
}

// The histories that the near cache of every language must agree with.
func TestHistories(t *testing.T) {
	text, err := os.ReadFile("../../vectors/near-cache.json")
	if err != nil {
		t.Fatal(err)
	}
	var file shared
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Histories) == 0 {
		t.Fatal("there are no histories")
	}
	settings := CacheSettings{
		Lease:          millis(file.Settings.Lease),
		EntryLifetime:  millis(file.Settings.EntryLifetime),
		AbsentLifetime: millis(file.Settings.AbsentLifetime),
		MaxEntries:     file.Settings.MaxEntries,
	}
	for _, history := range file.Histories {
		t.Run(history.Name, func(t *testing.T) {
			played := newHistory(t, settings)
			for _, step := range history.Steps {
				played.play(step)
			}
		})
	}
}

type history struct {
	t      *testing.T
	now    time.Duration
	cache  *NearCache[string]
	probes map[string]Probe[string]
	fills  map[string]Fill[string]
}

func newHistory(t *testing.T, settings CacheSettings) *history {
	h := &history{t: t, probes: map[string]Probe[string]{}, fills: map[string]Fill[string]{}}
	h.cache = newNearCache[string](settings, func() time.Duration { return h.now })
	return h
}

func (h *history) play(s step) {
	h.t.Helper()
	h.now = millis(s.At)
	switch {
	case s.Reset != nil:
		h.cache.Reset(h.position(*s.Reset))
	case s.Probe != "":
		h.probes[s.Probe] = h.cache.Probe()
	case s.Answered != "":
		h.probes[s.Answered].Answered(h.position(s.Head))
	case s.Fill != "":
		h.fills[s.Fill] = h.cache.Fill(KeyOf(s.Token))
	case s.Good != "":
		kept := h.fills[s.Good].Good(s.Session, Snapshot{s.User, s.Session, s.Lane, h.number(s.AsOf), millis(s.ExpiresIn)})
		if kept != s.Kept {
			h.t.Fatalf("%+v: %v", s, kept)
		}
	case s.Absent != "":
		h.fills[s.Absent].Absent()
	case s.LimitLease != 0:
		h.cache.LimitLease(millis(s.LimitLease))
	case s.Apply != nil:
		kind, known := doorwardv1.RevocationKind_value["REVOCATION_KIND_"+s.Apply.Kind]
		if !known {
			kind = 99
		}
		about := concerns(doorwardv1.RevocationKind(kind), s.Apply.Session)
		if applied := h.cache.Apply(s.Apply.Lane, h.number(s.Apply.Seq), s.Apply.User, about); applied != s.Applied {
			h.t.Fatalf("%+v: %v", s, applied)
		}
	default:
		session, known := h.cache.Get(KeyOf(s.Get))
		if is := [...]string{"miss", "hit", "absent"}[known]; is != s.Is || session != s.Session {
			h.t.Fatalf("%+v: %s %s", s, is, session)
		}
	}
}

func (h *history) position(of position) Position {
	at := Position{Epoch: of.Epoch}
	for lane, seq := range of.Seqs {
		at.Seqs[h.number(lane)] = h.number(seq)
	}
	return at
}

func (h *history) number(text string) int64 {
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		h.t.Fatal(err)
	}
	return number
}

func millis(count int64) time.Duration { return time.Duration(count) * time.Millisecond }

func believed(t *testing.T, maxEntries int) *NearCache[string] {
	settings := DefaultCacheSettings
	settings.MaxEntries = maxEntries
	cache := newNearCache[string](settings, func() time.Duration { return 0 })
	cache.Reset(Position{Epoch: "epoch"})
	cache.Probe().Answered(Position{Epoch: "epoch"})
	if !cache.Stats().Believed {
		t.Fatal("there is no lease")
	}
	return cache
}

func put(cache *NearCache[string], token, user string) {
	cache.Fill(KeyOf(token)).Good(token, Snapshot{UserID: user, SessionID: token, AsOf: 1 << 60, ExpiresIn: time.Hour})
}

func TestWhatWasUsedLeastRecentlyLeavesAFullCache(t *testing.T) {
	cache := believed(t, 2)
	put(cache, "first", "ada")
	put(cache, "second", "ada")
	cache.Get(KeyOf("first"))

	put(cache, "third", "bob")

	for token, want := range map[string]Lookup{"first": Good, "second": Unknown, "third": Good} {
		if _, known := cache.Get(KeyOf(token)); known != want {
			t.Errorf("%s: %v (expected: %v)", token, known, want)
		}
	}
	if len(cache.byUser["ada"]) != 1 {
		t.Errorf("ada: %d sessions (expected: 1)", len(cache.byUser["ada"]))
	}
}

func TestAbsencesAreBoundedToo(t *testing.T) {
	cache := believed(t, 16)
	for _, token := range []string{"first", "second", "third"} {
		cache.Fill(KeyOf(token)).Absent()
	}

	if _, known := cache.Get(KeyOf("first")); known != Unknown {
		t.Errorf("first: %v", known)
	}
	if len(cache.absences) != 2 || cache.absent.Len() != 2 {
		t.Errorf("%d absences (expected: 2)", len(cache.absences))
	}
}

// A revocation that has been applied is never followed by a hit, however many read and fill meanwhile.
func TestNobodySeesASessionAfterItsRevocation(t *testing.T) {
	const rounds = 2000
	cache := believed(t, 1000)
	for round := int64(1); round <= rounds; round++ {
		var racing sync.WaitGroup
		filled := cache.Fill(KeyOf("ada"))
		for range 4 {
			racing.Go(func() { cache.Get(KeyOf("ada")) })
			racing.Go(func() {
				filled.Good("ada", Snapshot{UserID: "ada", SessionID: "ada", AsOf: round - 1, ExpiresIn: time.Hour})
			})
		}
		racing.Go(func() {
			if !cache.Apply(0, round, "ada", func(string) bool { return true }) {
				t.Error("not applied")
			}
			if _, known := cache.Get(KeyOf("ada")); known == Good {
				t.Error("a hit after the revocation")
			}
		})
		racing.Wait()
		if _, known := cache.Get(KeyOf("ada")); known == Good {
			t.Fatal("a hit after the revocation")
		}
	}
}
