package doorward

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	doorwardv1 "example.com/orders/gen/doorward/v1"
)

const (
	firstPause          = 50 * time.Millisecond
	mostDoublings       = 5
	heartbeatsMissed    = 3
	longestWaitForHello = 6 * time.Second
	shortestLease       = time.Second
	longestLease        = 365 * 24 * time.Hour
)

// errHole: the stream says what can't be, or leaves something out, so what is known by now may be wrong.
var errHole = errors.New("a revocation is missing")

// follower keeps a near cache true: it applies the stream of revocations, begins another one where one ends, and asks for the
// feed's head three times a lease.
type follower struct {
	sessions doorwardv1.SessionServiceClient
	cache    *NearCache[*Valid]
	probeNow chan struct{}

	// These belong to watchAlways.
	known    bool
	failures int
}

func (f *follower) watchAlways(ctx context.Context) {
	for ctx.Err() == nil {
		if err := f.watch(ctx); errors.Is(err, errHole) {
			f.cache.Reset(f.cache.Position())
			f.known = false
		}
		pause := firstPause << min(f.failures, mostDoublings)
		f.failures++
		select {
		case <-time.After(pause/2 + rand.N(pause/2)):
		case <-ctx.Done():
		}
	}
}

// watch follows one stream, from its beginning until it ends or falls silent.
func (f *follower) watch(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	silence := longestWaitForHello
	silent := time.AfterFunc(silence, cancel)
	defer silent.Stop()

	request := &doorwardv1.WatchRevocationsRequest{}
	if f.known {
		position := f.cache.Position()
		request.Position = &doorwardv1.FeedPosition{Epoch: position.Epoch, Seqs: position.Seqs[:]}
	}
	stream, err := f.sessions.WatchRevocations(ctx, request)
	if err != nil {
		return err
	}
	for {
		message, err := stream.Recv()
		if err != nil {
			return err
		}
		if err := f.take(message); err != nil {
			return err
		}
		if hello := message.GetHello(); hello != nil {
			silence = heartbeatsMissed * hello.GetHeartbeatInterval().AsDuration()
		}
		silent.Reset(silence)
	}
}

func (f *follower) take(message *doorwardv1.WatchRevocationsResponse) error {
	if hello := message.GetHello(); hello != nil {
		return f.begin(hello)
	}
	if reset := message.GetReset_(); reset != nil {
		return f.reset(reset.GetPosition())
	}
	for _, revocation := range message.GetBatch().GetRevocations() {
		if err := f.apply(revocation); err != nil {
			return err
		}
	}
	return nil
}

func (f *follower) begin(hello *doorwardv1.FeedHello) error {
	lease := hello.GetLease().AsDuration()
	position, err := PositionOf(hello.GetPosition().GetEpoch(), hello.GetPosition().GetSeqs())
	if err != nil || lease < shortestLease || lease > longestLease || hello.GetHeartbeatInterval().AsDuration() <= 0 {
		return errHole
	}
	f.cache.LimitLease(lease)
	if position != f.cache.Position() {
		f.cache.Reset(position)
	}
	f.known = true
	f.failures = 0
	f.probeSoon()
	return nil
}

func (f *follower) reset(to *doorwardv1.FeedPosition) error {
	position, err := PositionOf(to.GetEpoch(), to.GetSeqs())
	if err != nil {
		return errHole
	}
	f.cache.Reset(position)
	f.probeSoon()
	return nil
}

// probeSoon asks at once: the answer is the first that counts, or counts again.
func (f *follower) probeSoon() {
	select {
	case f.probeNow <- struct{}{}:
	default:
	}
}

func (f *follower) apply(revocation *doorwardv1.Revocation) error {
	lane := int(revocation.GetLane())
	if lane < 0 || lane >= Lanes {
		return errHole
	}
	about := concerns(revocation.GetKind(), revocation.GetSessionId())
	if !f.cache.Apply(lane, revocation.GetSeq(), revocation.GetUserId(), about) {
		return errHole
	}
	return nil
}

// concerns tells which of a user's sessions, by their ids, a revocation is about.
func concerns(kind doorwardv1.RevocationKind, sessionID string) func(string) bool {
	switch kind {
	case doorwardv1.RevocationKind_REVOCATION_KIND_SESSION_REVOKED,
		doorwardv1.RevocationKind_REVOCATION_KIND_SESSION_CHANGED:
		return func(session string) bool { return session == sessionID }
	case doorwardv1.RevocationKind_REVOCATION_KIND_USER_SESSIONS_REVOKED:
		return func(session string) bool { return sessionID == "" || session != sessionID }
	default:
		return func(string) bool { return true }
	}
}

func (f *follower) probeAlways(ctx context.Context) {
	for ctx.Err() == nil {
		go f.probe(ctx)
		select {
		case <-f.probeNow:
		case <-time.After(f.cache.Lease() / 3):
		case <-ctx.Done():
		}
	}
}

// probe asks once. The time that the lease counts from is the one before the question.
func (f *follower) probe(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, f.cache.Lease())
	defer cancel()
	probe := f.cache.Probe()
	answer, err := f.sessions.GetFeedHead(ctx, &doorwardv1.GetFeedHeadRequest{})
	if err != nil {
		return // The lease runs out by itself.
	}
	if head, err := PositionOf(answer.GetHead().GetEpoch(), answer.GetHead().GetSeqs()); err == nil {
		probe.Answered(head)
	}
}
