package doorward

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// ProtectUnary lets a call of a gRPC server through only with the token of a good session: UNAUTHENTICATED if there is none,
// UNAVAILABLE if that can't be told now.
func (v *Validator) ProtectUnary(
	ctx context.Context, request any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler,
) (any, error) {
	ctx, err := v.admit(ctx)
	if err != nil {
		return nil, err
	}
	return next(ctx, request)
}

// ProtectStream is the same for streams. The token is judged once: a stream goes on if its session ends.
func (v *Validator) ProtectStream(
	service any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler,
) error {
	ctx, err := v.admit(stream.Context())
	if err != nil {
		return err
	}
	return next(service, &admittedStream{stream, ctx})
}

type admittedStream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *admittedStream) Context() context.Context { return s.ctx }

func (v *Validator) admit(ctx context.Context) (context.Context, error) {
	token, ok := bearer(metadata.ValueFromIncomingContext(ctx, "authorization"))
	if !ok {
		return nil, status.Error(codes.Unauthenticated, "no session token")
	}
	valid, err := v.Validate(ctx, token)
	if err != nil {
		return nil, status.Error(codes.Unavailable, "it can't be told now whether the session is good")
	}
	if valid == nil {
		return nil, status.Error(codes.Unauthenticated, "there is no such session")
	}
	return withSignedIn(ctx, &SignedIn{valid, token}), nil
}
