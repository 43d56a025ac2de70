package main

import (
	"net/http/httptest"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"example.com/orders/doorward"
)

func TestAFailureHasItsStatus(t *testing.T) {
	for _, test := range []struct {
		err    doorward.Error
		status int
		wait   string
	}{
		{doorward.Error{Code: codes.InvalidArgument, Reason: "INVALID_CREDENTIALS"}, 401, ""},
		{doorward.Error{Code: codes.NotFound, Reason: "SESSION_NOT_FOUND"}, 401, ""},
		{doorward.Error{Code: codes.FailedPrecondition, Reason: "USER_DISABLED"}, 403, ""},
		{doorward.Error{Code: codes.AlreadyExists, Reason: "EMAIL_TAKEN"}, 409, ""},
		{doorward.Error{Code: codes.ResourceExhausted, Reason: "TOO_MANY_ATTEMPTS", RetryAfter: 2100 * time.Millisecond}, 429, "3"},
		{doorward.Error{Code: codes.ResourceExhausted, Reason: "OVERLOADED"}, 429, "1"},
		{doorward.Error{Code: codes.Unavailable, Reason: "DATABASE_UNAVAILABLE"}, 503, "1"},
		{doorward.Error{Code: codes.DeadlineExceeded}, 503, "1"},
		{doorward.Error{Code: codes.PermissionDenied, Reason: "ROLE_REQUIRED"}, 502, ""},
		{doorward.Error{Code: codes.Unknown}, 502, ""},
	} {
		w := httptest.NewRecorder()

		refused(w, httptest.NewRequest("POST", "/sign-in", nil), &test.err)

		if w.Code != test.status || w.Header().Get("Retry-After") != test.wait {
			t.Errorf("%+v: %d, %q (expected: %d, %q)", test.err, w.Code, w.Header().Get("Retry-After"), test.status, test.wait)
		}
	}
}
