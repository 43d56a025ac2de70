package doorward

import (
	"container/list"
	"crypto/sha256"
	"fmt"
	"sync"
	"time"
)

// Lanes is how many lanes the feed of revocations has.
const Lanes = 16

const maxWaitingProbes = 8

// CacheSettings say how a near cache is set up.
type CacheSettings struct {
	Lease          time.Duration // how long after a revocation was acknowledged its session may be accepted, at the most
	EntryLifetime  time.Duration // after how long an answer is asked for again although nothing happened
	AbsentLifetime time.Duration // for how long a token is known to be no good
	MaxEntries     int           // how many answers to keep
}

// DefaultCacheSettings are a lease of 3 s, answers for a minute, refusals for a second, and 100,000 answers.
var DefaultCacheSettings = CacheSettings{
	Lease:          3 * time.Second,
	EntryLifetime:  time.Minute,
	AbsentLifetime: time.Second,
	MaxEntries:     100_000,
}

// Position is how far the feed has come: the last number of each lane, in one history of the database.
type Position struct {
	Epoch string
	Seqs  [Lanes]int64
}

// PositionOf refuses what has not all of the numbers.
func PositionOf(epoch string, seqs []int64) (Position, error) {
	if len(seqs) != Lanes {
		return Position{}, fmt.Errorf("seqs: %d (expected: %d)", len(seqs), Lanes)
	}
	return Position{epoch, [Lanes]int64(seqs)}, nil
}

func (p Position) reached(head Position) bool {
	for lane := range p.Seqs {
		if p.Seqs[lane] < head.Seqs[lane] {
			return false
		}
	}
	return true
}

// Key stands for a token, so that no token is kept: its SHA-256.
type Key [sha256.Size]byte

// KeyOf is the key of a token.
func KeyOf(token string) Key { return sha256.Sum256([]byte(token)) }

// Lookup is what a cache knows about a token.
type Lookup int

const (
	Unknown Lookup = iota // it has to be asked about
	Good                  // it was good, and nothing has happened since
	Absent                // it was no good a moment ago, and nothing has happened since
)

// NearCache keeps answers about session tokens for as long as they may be believed. It accepts no session a lease after its
// revocation was acknowledged: the rules, and why they suffice, are those of revocation_feed.proto.
//
// Safe for use by many goroutines.
type NearCache[V any] struct {
	settings CacheSettings
	now      func() time.Duration // since some moment, by a monotonic clock

	mu            sync.Mutex
	lease         time.Duration
	believedUntil time.Duration
	answered      []answeredProbe
	position      Position
	generation    int64
	applied       int64
	entries       map[Key]*list.Element // of entry[V]
	used          *list.List            // the entries, the one used last in front
	byUser        map[string]map[Key]struct{}
	absences      map[Key]*list.Element // of absence
	absent        *list.List            // the absences, the newest in front
	hits, misses  int64
}

type answeredProbe struct {
	asked time.Duration
	head  Position
}

type entry[V any] struct {
	key               Key
	userID, sessionID string
	answer            V
	end               time.Duration
}

type absence struct {
	key     Key
	applied int64
	end     time.Duration
}

// NewNearCache is an empty cache, which may not be believed yet.
func NewNearCache[V any](settings CacheSettings) *NearCache[V] {
	start := time.Now()
	return newNearCache[V](settings, func() time.Duration { return time.Since(start) })
}

func newNearCache[V any](settings CacheSettings, now func() time.Duration) *NearCache[V] {
	return &NearCache[V]{
		settings:      settings,
		now:           now,
		lease:         settings.Lease,
		believedUntil: now(),
		entries:       map[Key]*list.Element{},
		used:          list.New(),
		byUser:        map[string]map[Key]struct{}{},
		absences:      map[Key]*list.Element{},
		absent:        list.New(),
	}
}

// Get tells what is known about a token, and the answer if it is good.
func (c *NearCache[V]) Get(key Key) (answer V, known Lookup) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if now < c.believedUntil {
		if found, ok := c.entries[key]; ok && now < found.Value.(entry[V]).end {
			c.used.MoveToFront(found)
			c.hits++
			return found.Value.(entry[V]).answer, Good
		}
		if found, ok := c.absences[key]; ok {
			if absence := found.Value.(absence); absence.applied == c.applied && now < absence.end {
				c.hits++
				return answer, Absent
			}
		}
	}
	c.misses++
	return answer, Unknown
}

// Apply applies the next revocation of a lane, to the user's sessions whose ids it concerns. It is false if a number is
// missing before it: nothing was applied then, and a Reset is due.
func (c *NearCache[V]) Apply(lane int, seq int64, userID string, concerns func(sessionID string) bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if seq > c.position.Seqs[lane]+1 {
		return false
	}
	for key := range c.byUser[userID] {
		if concerns(c.entries[key].Value.(entry[V]).sessionID) {
			c.remove(key)
		}
	}
	c.applied++
	if seq > c.position.Seqs[lane] {
		c.position.Seqs[lane] = seq
		c.renew()
	}
	return true
}

// Reset forgets everything, and goes on from a position in the feed.
func (c *NearCache[V]) Reset(at Position) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.believedUntil = c.now()
	c.answered = nil
	c.generation++
	c.applied++
	clear(c.entries)
	c.used.Init()
	clear(c.byUser)
	clear(c.absences)
	c.absent.Init()
	c.position = at
}

// LimitLease takes no longer leases than this from now on.
func (c *NearCache[V]) LimitLease(longest time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lease = min(c.lease, longest)
}

// Lease is how long a lease lasts.
func (c *NearCache[V]) Lease() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lease
}

// Position is how far the feed has been applied.
func (c *NearCache[V]) Position() Position {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.position
}

// CacheStats are what a near cache has done, and how it is.
type CacheStats struct {
	Hits, Misses int64
	Entries      int
	Believed     bool // whether it holds a lease just now
}

// Stats are the figures of this moment.
func (c *NearCache[V]) Stats() CacheStats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return CacheStats{c.hits, c.misses, len(c.entries), c.now() < c.believedUntil}
}

// renew takes the leases whose heads the feed has reached, in the order of their answers.
func (c *NearCache[V]) renew() {
	for len(c.answered) > 0 && c.position.reached(c.answered[0].head) {
		c.believedUntil = max(c.believedUntil, c.answered[0].asked+c.lease)
		c.answered = c.answered[1:]
	}
}

func (c *NearCache[V]) remove(key Key) {
	found, ok := c.entries[key]
	if !ok {
		return
	}
	userID := c.used.Remove(found).(entry[V]).userID
	delete(c.entries, key)
	delete(c.byUser[userID], key)
	if len(c.byUser[userID]) == 0 {
		delete(c.byUser, userID)
	}
}

// Fill is an answer that is being asked for.
type Fill[V any] struct {
	cache               *NearCache[V]
	key                 Key
	asked               time.Duration
	generation, applied int64
}

// Fill begins to fill in the answer about a token: before it is asked for.
func (c *NearCache[V]) Fill(key Key) Fill[V] {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Fill[V]{c, key, c.now(), c.generation, c.applied}
}

// Snapshot is what an answer says about the session that it was read from.
type Snapshot struct {
	UserID, SessionID string
	Lane              int           // the user's lane
	AsOf              int64         // how far that lane was, in the very same read
	ExpiresIn         time.Duration // how long the session is good
}

// Good keeps the answer, unless a revocation has overtaken it; whether it was kept.
func (f Fill[V]) Good(answer V, of Snapshot) bool {
	c := f.cache
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation != f.generation || c.position.Seqs[of.Lane] > of.AsOf {
		return false
	}
	c.remove(f.key)
	end := f.asked + min(of.ExpiresIn, c.settings.EntryLifetime)
	c.entries[f.key] = c.used.PushFront(entry[V]{f.key, of.UserID, of.SessionID, answer, end})
	if c.byUser[of.UserID] == nil {
		c.byUser[of.UserID] = map[Key]struct{}{}
	}
	c.byUser[of.UserID][f.key] = struct{}{}
	for len(c.entries) > c.settings.MaxEntries {
		c.remove(c.used.Back().Value.(entry[V]).key)
	}
	return true
}

// Absent keeps for a moment that the token is no good.
func (f Fill[V]) Absent() {
	c := f.cache
	c.mu.Lock()
	defer c.mu.Unlock()
	if former, ok := c.absences[f.key]; ok {
		c.absent.Remove(former)
	}
	c.absences[f.key] = c.absent.PushFront(absence{f.key, f.applied, f.asked + c.settings.AbsentLifetime})
	for len(c.absences) > c.settings.MaxEntries/8 {
		delete(c.absences, c.absent.Remove(c.absent.Back()).(absence).key)
	}
}

// Probe is a question how far the feed is.
type Probe[V any] struct {
	cache *NearCache[V]
	asked time.Duration
}

// Probe begins to ask how far the feed is: before it is asked.
func (c *NearCache[V]) Probe() Probe[V] { return Probe[V]{c, c.now()} }

// Answered extends the lease as soon as the feed has been applied as far as this.
func (p Probe[V]) Answered(head Position) {
	c := p.cache
	c.mu.Lock()
	defer c.mu.Unlock()
	if head.Epoch != c.position.Epoch {
		return
	}
	if len(c.answered) == maxWaitingProbes {
		c.answered = c.answered[1:]
	}
	c.answered = append(c.answered, answeredProbe{p.asked, head})
	c.renew()
}
