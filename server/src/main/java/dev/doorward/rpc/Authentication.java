package dev.doorward.rpc;

import dev.doorward.call.Caller;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Tells who calls by what the call brings along. */
public interface Authentication {

  /** Whoever is known by it, as far as that is in memory. Never waits. */
  Optional<Caller> recall(Credential credential);

  /** Looks for whoever is known by it, on another thread; fails with a {@link Refusal}. Never waits either. */
  CompletionStage<Caller> lookUp(Credential credential);

  /** The one answer to all who are not known, whatever the reason. */
  static Refusal unknown() {
    return Refusal.because(
        Reason.CALLER_UNAUTHENTICATED,
        "the call brings no good key of a caller (expected: authorization: Bearer dwk_...), nor a caller's certificate");
  }
}
