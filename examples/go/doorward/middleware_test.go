package doorward

import (
	"context"
	"net"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	doorwardv1 "example.com/orders/gen/doorward/v1"
)

func TestATokenIsReadFromOneHeader(t *testing.T) {
	for _, test := range []struct {
		headers []string
		token   string
	}{
		{[]string{"Bearer token"}, "token"},
		{[]string{"bearer token"}, "token"},
		{[]string{"BEARER  token "}, "token"},
		{nil, ""},
		{[]string{""}, ""},
		{[]string{"Bearer"}, ""},
		{[]string{"Bearer "}, ""},
		{[]string{"Bearertoken"}, ""},
		{[]string{"Basic token"}, ""},
		{[]string{"Bearer one", "Bearer two"}, ""},
	} {
		if token, ok := bearer(test.headers); token != test.token || ok != (test.token != "") {
			t.Errorf("%q: %q %v (expected: %q)", test.headers, token, ok, test.token)
		}
	}
}

func TestWhichTargetsAreThisMachine(t *testing.T) {
	for target, want := range map[string]bool{
		"localhost:50051": true, "127.0.0.1:1": true, "127.8.9.10:50051": true, "[::1]:50051": true,
		"doorward:50051": false, "localhost": false, "localhost.example.com:1": false,
		"127.0.0.1.example.com:1": false, "10.0.0.1:50051": false, "dns:///localhost:1": false,
	} {
		if IsLoopback(target) != want {
			t.Errorf("%s (expected: %v)", target, want)
		}
	}
}

// protected is a gRPC service of one's own that tells whose call it is.
type protected struct {
	grpc_health_v1.UnimplementedHealthServer
	asked chan string
}

func (p *protected) Check(
	ctx context.Context, _ *grpc_health_v1.HealthCheckRequest,
) (*grpc_health_v1.HealthCheckResponse, error) {
	p.asked <- SignedInFrom(ctx).User.GetId()
	return &grpc_health_v1.HealthCheckResponse{}, nil
}

func TestAnInterceptorLetsOnlyGoodSessionsThrough(t *testing.T) {
	cache := NewNearCache[*Valid](DefaultCacheSettings)
	cache.Reset(Position{Epoch: "epoch"})
	cache.Probe().Answered(Position{Epoch: "epoch"})
	cache.Fill(KeyOf("good")).Good(
		&Valid{User: &doorwardv1.User{Id: "ada"}}, Snapshot{UserID: "ada", SessionID: "one", ExpiresIn: DefaultCacheSettings.Lease})
	cache.Fill(KeyOf("bad")).Absent()
	nowhere, err := grpc.NewClient("127.0.0.1:1", grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer nowhere.Close()
	validator := newValidator(doorwardv1.NewSessionServiceClient(nowhere), cache)

	server := grpc.NewServer(
		grpc.UnaryInterceptor(validator.ProtectUnary), grpc.StreamInterceptor(validator.ProtectStream))
	service := &protected{asked: make(chan string, 1)}
	grpc_health_v1.RegisterHealthServer(server, service)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	defer server.Stop()
	connection, err := grpc.NewClient(
		listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	client := grpc_health_v1.NewHealthClient(connection)

	for token, want := range map[string]codes.Code{
		"good": codes.OK, "bad": codes.Unauthenticated, "": codes.Unauthenticated, "unknown": codes.Unavailable,
	} {
		ctx := context.Background()
		if token != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
		}
		_, err := client.Check(ctx, &grpc_health_v1.HealthCheckRequest{})
		if status.Code(err) != want {
			t.Errorf("%q: %v (expected: %s)", token, err, want)
		}
		if want != codes.OK {
			stream, err := client.Watch(ctx, &grpc_health_v1.HealthCheckRequest{})
			if err == nil {
				_, err = stream.Recv()
			}
			if status.Code(err) != want {
				t.Errorf("stream, %q: %v (expected: %s)", token, err, want)
			}
		}
	}
	if who := <-service.asked; who != "ada" {
		t.Errorf("%s (expected: ada)", who)
	}
	if len(service.asked) != 0 {
		t.Error("somebody else has come through")
	}
}
