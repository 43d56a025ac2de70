package doorward

import (
	"context"
	"sync"
	"time"

	"google.golang.org/grpc/codes"

	doorwardv1 "example.com/orders/gen/doorward/v1"
)

const (
	maxTokenLength   = 255
	maxOpenQuestions = 10_000
)

// Valid is a session that is good, without its token, and whose it is.
type Valid struct {
	Session *doorwardv1.Session
	User    *doorwardv1.User
}

// Validator tells whether session tokens are good: from memory where it may be believed, and by a call where not. Safe for use
// by many goroutines.
type Validator struct {
	sessions doorwardv1.SessionServiceClient
	cache    *NearCache[*Valid]

	mu   sync.Mutex
	open map[Key]*question
}

// question is a call about a token, which all who ask at once share.
type question struct {
	asked    time.Time
	answered chan struct{} // closed once valid and err are there
	valid    *Valid
	err      error
}

func newValidator(sessions doorwardv1.SessionServiceClient, cache *NearCache[*Valid]) *Validator {
	return &Validator{sessions: sessions, cache: cache, open: map[Key]*question{}}
}

// Validate tells whose a token is; nil if there is no such session, or it has ended. An *Error means that this can't be told
// now, which is another thing.
func (v *Validator) Validate(ctx context.Context, token string) (*Valid, error) {
	if token == "" || len(token) > maxTokenLength {
		return nil, nil
	}
	key := KeyOf(token)
	if valid, known := v.cache.Get(key); known != Unknown {
		return valid, nil
	}
	asked, err := v.ask(key, token)
	if err != nil {
		return nil, err
	}
	select {
	case <-asked.answered:
		return asked.valid, asked.err
	case <-ctx.Done():
		return nil, &Error{Code: codes.DeadlineExceeded, Message: "nobody waits to know whether the token is good"}
	}
}

// Stats are how the near cache is.
func (v *Validator) Stats() CacheStats { return v.cache.Stats() }

func (v *Validator) ask(key Key, token string) (*question, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	// The answer to what was asked a lease ago may be older than a revocation that nobody may ignore any more.
	if asked, ok := v.open[key]; ok && time.Since(asked.asked) < min(v.cache.Lease(), shortestLease) {
		return asked, nil
	}
	if len(v.open) >= maxOpenQuestions {
		return nil, &Error{Code: codes.Unavailable, Message: "too many tokens are being validated"}
	}
	asked := &question{asked: time.Now(), answered: make(chan struct{})}
	v.open[key] = asked
	go v.answer(asked, key, token)
	return asked, nil
}

// answer calls for nobody in particular: whoever asked first may give up while others wait.
func (v *Validator) answer(asked *question, key Key, token string) {
	asked.valid, asked.err = v.call(key, token)
	v.mu.Lock()
	if v.open[key] == asked {
		delete(v.open, key)
	}
	v.mu.Unlock()
	close(asked.answered)
}

func (v *Validator) call(key Key, token string) (*Valid, error) {
	fill := v.cache.Fill(key)
	answer, err := v.sessions.ValidateSession(context.Background(), &doorwardv1.ValidateSessionRequest{
		SessionToken: token,
		Consistency:  doorwardv1.Consistency_CONSISTENCY_FRESH,
	})
	if err != nil {
		failed := ErrorOf(err)
		if failed.Reason != "SESSION_NOT_FOUND" {
			return nil, failed
		}
		fill.Absent()
		return nil, nil
	}
	valid := &Valid{answer.GetSession(), answer.GetUser()}
	if lane := int(answer.GetAsOf().GetLane()); lane >= 0 && lane < Lanes {
		fill.Good(valid, Snapshot{
			UserID:    answer.GetUser().GetId(),
			SessionID: answer.GetSession().GetId(),
			Lane:      lane,
			AsOf:      answer.GetAsOf().GetSeq(),
			ExpiresIn: answer.GetExpiresIn().AsDuration(),
		})
	}
	return valid, nil
}
