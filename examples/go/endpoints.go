package main

import (
	"net"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"example.com/orders/doorward"
	doorwardv1 "example.com/orders/gen/doorward/v1"
)

type endpoints struct {
	doorward *doorward.Client
}

func routes(client *doorward.Client) http.Handler {
	e := endpoints{client}
	refusals := doorward.Refusals{NoToken: noToken, NoSession: noSession, CannotTell: unavailable}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", e.healthz)
	mux.HandleFunc("GET /cache", e.cache)
	mux.HandleFunc("POST /sign-up", e.signUp)
	mux.HandleFunc("POST /sign-in", e.signIn)
	mux.HandleFunc("POST /sign-out", client.Validator.Protect(refusals, e.signOut))
	mux.HandleFunc("GET /me", client.Validator.Protect(refusals, e.me))
	return mux
}

func (e endpoints) healthz(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNoContent)
}

func (e endpoints) cache(w http.ResponseWriter, _ *http.Request) {
	stats := e.doorward.Validator.Stats()
	answer(w, http.StatusOK, map[string]any{
		"hits": stats.Hits, "misses": stats.Misses, "entries": stats.Entries, "believed": stats.Believed,
	})
}

type credentials struct {
	Email    string  `json:"email"`
	Password string  `json:"password"`
	Name     *string `json:"name"`
}

// isText tells whether nothing had to be replaced: half a surrogate pair has become U+FFFD, and would be another password.
func (c credentials) isText() bool {
	return !strings.ContainsRune(c.Email+c.Password, utf8.RuneError) &&
		(c.Name == nil || !strings.ContainsRune(*c.Name, utf8.RuneError))
}

func (e endpoints) signUp(w http.ResponseWriter, r *http.Request) {
	var body credentials
	if !read(w, r, &body) {
		return
	}
	signedUp, err := e.doorward.Passwords.SignUp(r.Context(), &doorwardv1.SignUpRequest{
		Email:         body.Email,
		Password:      body.Password,
		Name:          body.Name,
		ClientContext: clientContext(r),
		RequestId:     uuid.NewString(),
	})
	if err != nil {
		refused(w, r, err)
		return
	}
	signedIn(w, http.StatusCreated, signedUp.GetSession(), signedUp.GetUser())
}

func (e endpoints) signIn(w http.ResponseWriter, r *http.Request) {
	var body credentials
	if !read(w, r, &body) {
		return
	}
	found, err := e.doorward.Passwords.SignIn(r.Context(), &doorwardv1.SignInRequest{
		Email:         body.Email,
		Password:      body.Password,
		ClientContext: clientContext(r),
		RequestId:     uuid.NewString(),
	})
	if err != nil {
		refused(w, r, err)
		return
	}
	signedIn(w, http.StatusOK, found.GetSession(), found.GetUser())
}

func (e endpoints) me(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, map[string]any{"user": told(doorward.SignedInFrom(r.Context()).User)})
}

func (e endpoints) signOut(w http.ResponseWriter, r *http.Request) {
	_, err := e.doorward.Sessions.RevokeSession(r.Context(), &doorwardv1.RevokeSessionRequest{
		Key:          &doorwardv1.RevokeSessionRequest_SessionToken{SessionToken: doorward.SignedInFrom(r.Context()).Token},
		AllowMissing: true,
	})
	if err != nil {
		refused(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func signedIn(w http.ResponseWriter, status int, session *doorwardv1.Session, user *doorwardv1.User) {
	answer(w, status, map[string]any{"token": session.GetSessionToken(), "user": told(user)})
}

// told is what the service tells of a user.
func told(user *doorwardv1.User) map[string]any {
	return map[string]any{
		"id": user.GetId(), "email": user.GetEmail(), "emailVerified": user.GetEmailVerified(), "name": user.Name,
	}
}

// clientContext is who asks, so that Doorward can slow guessing down. Behind a proxy, it is the proxy that tells the address.
func clientContext(r *http.Request) *doorwardv1.ClientContext {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = ""
	}
	return &doorwardv1.ClientContext{IpAddress: host, UserAgent: r.UserAgent()}
}
