package doorward

import (
	"context"
	"net/http"
	"strings"
)

const scheme = "bearer "

type signedInKey struct{}

// SignedIn is who makes the present request.
type SignedIn struct {
	*Valid
	Token string
}

// SignedInFrom is whoever has come through a middleware or interceptor of this package; nil outside of one.
func SignedInFrom(ctx context.Context) *SignedIn {
	who, _ := ctx.Value(signedInKey{}).(*SignedIn)
	return who
}

// Refusals are how a middleware answers a request that has no good session.
type Refusals struct {
	NoToken    http.HandlerFunc // it brings none
	NoSession  http.HandlerFunc // its token is no good
	CannotTell http.HandlerFunc // that can't be told now
}

// Protect lets a request through only with the token of a good session.
func (v *Validator) Protect(refusals Refusals, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, ok := bearer(r.Header.Values("Authorization"))
		if !ok {
			refusals.NoToken(w, r)
			return
		}
		valid, err := v.Validate(r.Context(), token)
		switch {
		case err != nil:
			refusals.CannotTell(w, r)
		case valid == nil:
			refusals.NoSession(w, r)
		default:
			next(w, r.WithContext(withSignedIn(r.Context(), &SignedIn{valid, token})))
		}
	}
}

func withSignedIn(ctx context.Context, who *SignedIn) context.Context {
	return context.WithValue(ctx, signedInKey{}, who)
}

// bearer reads the token (RFC 6750, 2.1). The scheme is not case-sensitive (RFC 9110, 11.1).
func bearer(headers []string) (string, bool) {
	if len(headers) != 1 || len(headers[0]) < len(scheme) || !strings.EqualFold(headers[0][:len(scheme)], scheme) {
		return "", false
	}
	token := strings.TrimSpace(headers[0][len(scheme):])
	return token, token != ""
}
