// Package doorward tells whose a session token is: from memory that a feed of revocations keeps true, and by a call otherwise.
package doorward

import (
	"context"
	"crypto/tls"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"

	doorwardv1 "example.com/orders/gen/doorward/v1"
)

const (
	deadline   = 5 * time.Second
	keyIsFresh = time.Second
)

// What may be done twice is tried again: it reads, or its request_id says that it is the same request.
const serviceConfig = `{
  "loadBalancingConfig": [{"round_robin": {}}],
  "methodConfig": [{
    "name": [
      {"service": "doorward.v1.SessionService", "method": "ValidateSession"},
      {"service": "doorward.v1.SessionService", "method": "BatchValidateSessions"},
      {"service": "doorward.v1.SessionService", "method": "GetFeedHead"},
      {"service": "doorward.v1.PasswordService", "method": "SignUp"},
      {"service": "doorward.v1.PasswordService", "method": "SignIn"}
    ],
    "retryPolicy": {
      "maxAttempts": 4,
      "initialBackoff": "0.1s",
      "maxBackoff": "1s",
      "backoffMultiplier": 2,
      "retryableStatusCodes": ["UNAVAILABLE"]
    }
  }]
}`

var loopback = regexp.MustCompile(`^(localhost|127(\.\d{1,3}){3}|\[::1\]):\d+$`)

// IsLoopback tells whether a target is this very machine. A name is not resolved for that: it may mean another one tomorrow.
func IsLoopback(target string) bool { return loopback.MatchString(target) }

// Client is a connection to Doorward. One is enough for a process; it is safe for use by many goroutines.
//
// It speaks TLS, unless the target is this very machine. Every call but a stream ends within 5 seconds, all attempts together.
type Client struct {
	Sessions  doorwardv1.SessionServiceClient
	Passwords doorwardv1.PasswordServiceClient
	Validator *Validator

	connection *grpc.ClientConn
	stop       context.CancelFunc
	following  sync.WaitGroup
}

// Connect begins to follow what is revoked. The target is host:port; the file holds the caller's key, and may be replaced at
// any time.
func Connect(target, keyFile string, settings CacheSettings) (*Client, error) {
	transport := credentials.NewTLS(&tls.Config{MinVersion: tls.VersionTLS12})
	if IsLoopback(target) {
		transport = insecure.NewCredentials()
	}
	connection, err := grpc.NewClient(
		target,
		grpc.WithTransportCredentials(transport),
		grpc.WithPerRPCCredentials(&key{file: keyFile, plaintext: IsLoopback(target)}),
		grpc.WithDefaultServiceConfig(serviceConfig),
		grpc.WithDisableServiceConfig(),
		grpc.WithUnaryInterceptor(withDeadline),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 30 * time.Second, Timeout: 5 * time.Second}),
		// A server that was away for long is tried again soon.
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: backoff.Config{
				BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second,
			},
			MinConnectTimeout: 5 * time.Second,
		}),
	)
	if err != nil {
		return nil, fmt.Errorf("target %q: %w", target, err)
	}
	sessions := doorwardv1.NewSessionServiceClient(connection)
	cache := NewNearCache[*Valid](settings)
	ctx, stop := context.WithCancel(context.Background())
	client := &Client{
		Sessions:   sessions,
		Passwords:  doorwardv1.NewPasswordServiceClient(connection),
		Validator:  newValidator(sessions, cache),
		connection: connection,
		stop:       stop,
	}
	follower := &follower{sessions: sessions, cache: cache, probeNow: make(chan struct{}, 1)}
	client.following.Go(func() { follower.watchAlways(ctx) })
	client.following.Go(func() { follower.probeAlways(ctx) })
	return client, nil
}

// Close ends what is in flight.
func (c *Client) Close() error {
	c.stop()
	c.following.Wait()
	return c.connection.Close()
}

func withDeadline(
	ctx context.Context, method string, request, reply any,
	connection *grpc.ClientConn, call grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	return call(ctx, method, request, reply, connection, options...)
}

// key is the caller's, read from its file anew when a second has passed.
type key struct {
	file      string
	plaintext bool

	mu     sync.Mutex
	header string
	readAt time.Time
}

// GetRequestMetadata gives each call the key.
func (k *key) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if time.Since(k.readAt) >= keyIsFresh {
		text, err := os.ReadFile(k.file)
		if err != nil {
			return nil, status.Errorf(codes.Unavailable, "the key can't be read: %v", err)
		}
		k.header, k.readAt = "Bearer "+strings.TrimSpace(string(text)), time.Now()
	}
	return map[string]string{"authorization": k.header}, nil
}

// RequireTransportSecurity keeps the key off other machines' networks.
func (k *key) RequireTransportSecurity() bool { return !k.plaintext }
