package dev.doorward.call;

import java.util.Set;

/**
 * A service that calls.
 *
 * @param keyId by which of its keys it is known, or {@link #NO_KEY}
 */
public record Caller(String id, String name, Set<Role> roles, String keyId) {

  /** In place of the key of a caller that is known by its certificate. */
  public static final String NO_KEY = "";

  public Caller {
    roles = Set.copyOf(roles);
  }

  /** Whether it has one of these roles. */
  public boolean hasAnyOf(Set<Role> wanted) {
    for (Role role : wanted) {
      if (roles.contains(role)) {
        return true;
      }
    }
    return false;
  }
}
