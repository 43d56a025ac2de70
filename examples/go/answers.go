package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"example.com/orders/doorward"
)

const maxBodyBytes = 1 << 16

var statuses = map[string]int{
	"FIELD_INVALID":           http.StatusBadRequest,
	"INVALID_CREDENTIALS":     http.StatusUnauthorized,
	"USER_DISABLED":           http.StatusForbidden,
	"PASSWORD_RESET_REQUIRED": http.StatusForbidden,
	"EMAIL_TAKEN":             http.StatusConflict,
	"TOO_MANY_ATTEMPTS":       http.StatusTooManyRequests,
	"RATE_LIMITED":            http.StatusTooManyRequests,
	"OVERLOADED":              http.StatusTooManyRequests,
	"HASHING_OVERLOADED":      http.StatusTooManyRequests,
}

type problem struct {
	Reason  string   `json:"reason"`
	Message string   `json:"message"`
	Fields  []string `json:"fields,omitempty"`
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// noToken answers by RFC 6750, 3.
func noToken(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	answer(w, http.StatusUnauthorized, problem{Reason: "TOKEN_MISSING", Message: "Authorization: Bearer TOKEN is missing"})
}

// noSession answers by RFC 6750, 3.1.
func noSession(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	answer(w, http.StatusUnauthorized, problem{Reason: "SESSION_NOT_FOUND", Message: "there is no such session"})
}

func unavailable(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Retry-After", "1")
	answer(w, http.StatusServiceUnavailable, problem{Reason: "UNAVAILABLE", Message: "this can't be told or done just now"})
}

// refused answers a request whose call to Doorward has failed.
func refused(w http.ResponseWriter, r *http.Request, err error) {
	failed := doorward.ErrorOf(err)
	switch {
	case failed.Unavailable():
		unavailable(w, r)
		return
	case failed.Reason == "SESSION_NOT_FOUND":
		noSession(w, r)
		return
	}
	status, known := statuses[failed.Reason]
	if !known {
		status = http.StatusBadGateway
	}
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", seconds(failed.RetryAfter))
	}
	reason := failed.Reason
	if reason == "" {
		reason = "UNEXPECTED"
	}
	answer(w, status, problem{reason, failed.Message, failed.Fields})
}

// seconds are whole ones, rounded up.
func seconds(wait time.Duration) string {
	return strconv.FormatInt(max(1, int64((wait+time.Second-1)/time.Second)), 10)
}

// read reads the JSON object that a request brings, or answers that there is none.
func read(w http.ResponseWriter, r *http.Request, body *credentials) bool {
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		answer(w, http.StatusRequestEntityTooLarge, problem{Reason: "BODY_TOO_LARGE", Message: "expected: at most 64 KiB"})
		return false
	}
	if err != nil || !utf8.Valid(content) || !bytes.HasPrefix(bytes.TrimSpace(content), []byte("{")) ||
		json.Unmarshal(content, body) != nil || !body.isText() {
		answer(w, http.StatusBadRequest, problem{Reason: "BODY_INVALID", Message: "expected: a JSON object of texts"})
		return false
	}
	return true
}
