package doorward

import (
	"slices"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"
)

func failure(t *testing.T, code codes.Code, details ...protoadapt.MessageV1) error {
	said, err := status.New(code, "why").WithDetails(details...)
	if err != nil {
		t.Fatal(err)
	}
	return said.Err()
}

func TestARefusalHasAllThatDoorwardSays(t *testing.T) {
	err := ErrorOf(failure(t, codes.InvalidArgument,
		&errdetails.ErrorInfo{Reason: "FIELD_INVALID", Domain: domain},
		&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "email"}, {Field: "password"}}},
		&errdetails.RetryInfo{RetryDelay: durationpb.New(2500 * time.Millisecond)}))

	if err.Reason != "FIELD_INVALID" || !slices.Equal(err.Fields, []string{"email", "password"}) ||
		err.RetryAfter != 2500*time.Millisecond || err.Unavailable() {
		t.Errorf("%+v", err)
	}
}

func TestTheReasonOfAnotherServiceIsNotDoorwards(t *testing.T) {
	err := ErrorOf(failure(t, codes.NotFound, &errdetails.ErrorInfo{Reason: "USER_NOT_FOUND", Domain: "example.com"}))

	if err.Reason != "" {
		t.Errorf("%+v", err)
	}
}

func TestWhatCantBeToldIsUnavailable(t *testing.T) {
	for code, want := range map[codes.Code]bool{
		codes.Unavailable: true, codes.DeadlineExceeded: true, codes.NotFound: false, codes.Unknown: false,
	} {
		if ErrorOf(status.Error(code, "why")).Unavailable() != want {
			t.Errorf("%s (expected: %v)", code, want)
		}
	}
}

func TestNoErrorIsNone(t *testing.T) {
	if err := ErrorOf(nil); err != nil {
		t.Errorf("%+v", err)
	}
}
