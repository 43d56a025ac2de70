package doorward

import (
	"errors"
	"fmt"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const domain = "doorward.dev"

// Error is a call that has failed, with all that is said about it.
type Error struct {
	Code       codes.Code
	Reason     string        // Doorward's, as in ErrorReason without ERROR_REASON_; empty if it has not spoken at all
	Message    string        // for people
	Fields     []string      // which fields of the request were wrong
	RetryAfter time.Duration // how long to wait before the call is made again; 0 if waiting does not help
}

func (e *Error) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("%s: %s", e.Code, e.Message)
	}
	return fmt.Sprintf("%s: %s", e.Reason, e.Message)
}

// Unavailable tells whether it can't be told or done just now, which says nothing about what was asked.
func (e *Error) Unavailable() bool {
	return e.Code == codes.Unavailable || e.Code == codes.DeadlineExceeded
}

// ErrorOf reads what a call has failed with; nil if it has not.
func ErrorOf(err error) *Error {
	if err == nil {
		return nil
	}
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	said := status.Convert(err)
	e := &Error{Code: said.Code(), Message: said.Message()}
	for _, detail := range said.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			if detail.GetDomain() == domain {
				e.Reason = detail.GetReason()
			}
		case *errdetails.BadRequest:
			for _, violation := range detail.GetFieldViolations() {
				e.Fields = append(e.Fields, violation.GetField())
			}
		case *errdetails.RetryInfo:
			e.RetryAfter = detail.GetRetryDelay().AsDuration()
		}
	}
	return e
}
