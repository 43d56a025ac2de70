package dev.doorward.rpc;

import com.google.common.net.InetAddresses;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Ids;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.error.Refusal.Violation;
import dev.doorward.v1.ClientContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads the fields of a request and collects all that is wrong with them. What a method returns after a violation is
 * never to be used: {@link #check} comes first.
 */
public final class Fields {

  private static final int MAX_PAGE_SIZE = 1000;
  private static final int DEFAULT_PAGE_SIZE = 50;
  private static final int MAX_USER_AGENT = 1024;
  private static final int MAX_SHOWN = 64;
  private static final int MAX_VIOLATIONS = 100;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");
  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private final List<Violation> violations = new ArrayList<>();

  /** Refuses the call if any field so far was not as expected. */
  public void check() {
    if (!violations.isEmpty()) {
      throw Refusal.invalid(violations);
    }
  }

  /** More than a hundred help nobody. */
  public void violation(String field, String description) {
    if (violations.size() < MAX_VIOLATIONS) {
      violations.add(new Violation(field, description));
    }
  }

  /** @param reason by which a program can tell it from others of the field */
  public void violation(String field, String description, Reason reason) {
    violations.add(new Violation(field, description, Optional.of(reason)));
  }

  /** A text of any shape that must be there. */
  public String required(String field, String value) {
    if (value.isEmpty()) {
      violation(field, "not set");
    }
    return value;
  }

  /** A text without control characters; null if it is empty. */
  public String text(String field, String value, int maxLength) {
    if (value.codePointCount(0, value.length()) > maxLength) {
      violation(field, show(value) + " (expected: at most " + maxLength + " characters)");
    } else if (CONTROL.matcher(value).find()) {
      violation(field, show(value) + " (expected: no control characters)");
    }
    return value.isEmpty() ? null : value;
  }

  /** A text that must be there, and that the parser takes or refuses by an {@link IllegalArgumentException}. */
  public <T> T parsed(String field, String value, Function<String, T> parser) {
    return parse(field, value, parser, show(value) + " ");
  }

  /** The same, for what must not be shown. */
  public <T> T secret(String field, String value, Function<String, T> parser) {
    return parse(field, value, parser, "");
  }

  private <T> T parse(String field, String value, Function<String, T> parser, String shown) {
    if (value.isEmpty()) {
      violation(field, "not set");
      return null;
    }
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException e) {
      violation(field, shown + "(" + e.getMessage() + ")");
      return null;
    }
  }

  /** The id that a caller brings along, or a new one. */
  public String idOrNew(String field, String value) {
    if (value.isEmpty()) {
      return Ids.generate();
    }
    if (!Ids.canExist(value)) {
      violation(
          field,
          show(value) + " (expected: at most " + Ids.MAX_LENGTH + " printable ASCII characters)");
    }
    return value;
  }

  public int pageSize(int value) {
    if (value < 0 || value > MAX_PAGE_SIZE) {
      violation("page_size", value + " (expected: 0 to " + MAX_PAGE_SIZE + ")");
    }
    return value == 0 ? DEFAULT_PAGE_SIZE : value;
  }

  /** A moment, to the microsecond; null if it is not set. */
  public Instant time(String field, boolean set, Timestamp value) {
    if (!set) {
      return null;
    }
    Instant time = Timestamps.isValid(value)
        ? Instant.ofEpochSecond(value.getSeconds(), value.getNanos())
        : null;
    if (time == null || !Times.canBeStored(time)) {
      violation(field, "not a moment (expected: from the year 1000 to 9999)");
      return null;
    }
    return time.truncatedTo(ChronoUnit.MICROS);
  }

  /** The calling service, and the end user behind it. */
  public Origin origin(ClientContext context) {
    String address = ipAddress("client_context.ip_address", context.getIpAddress());
    return new Origin(
        CallerInterceptor.caller().name(), address, userAgent(context.getUserAgent()));
  }

  /** An address in its canonical form; null if it is empty. */
  public String ipAddress(String field, String value) {
    if (value.isEmpty()) {
      return null;
    }
    if (!InetAddresses.isInetAddress(value) || value.contains("%")) {
      violation(field, show(value) + " (expected: an IPv4 or IPv6 address)");
      return null;
    }
    return InetAddresses.toAddrString(InetAddresses.forString(value));
  }

  /** What an agent calls itself, cut to what is kept; null if it is empty. */
  public String userAgent(String value) {
    String plain = CONTROL.matcher(value).replaceAll(" ");
    int end = plain.codePointCount(0, plain.length()) > MAX_USER_AGENT
        ? plain.offsetByCodePoints(0, MAX_USER_AGENT)
        : plain.length();
    return plain.isEmpty() ? null : plain.substring(0, end);
  }

  /** What the caller calls its request, if it does. */
  public Optional<RequestId> requestId(Message request, String id) {
    if (id.isEmpty()) {
      return Optional.empty();
    }
    if (!UUID_FORM.matcher(id).matches()) {
      violation("request_id", show(id) + " (expected: a UUID)");
      return Optional.empty();
    }
    return Optional.of(new RequestId(UUID.fromString(id), Fingerprint.of(request)));
  }

  /** The fields to change: those that the mask names, or those that are set if it names none. */
  public Set<String> mask(FieldMask mask, Message message, Set<String> changeable) {
    Set<String> paths = new LinkedHashSet<>(mask.getPathsList());
    paths.stream()
        .filter(path -> !changeable.contains(path))
        .findFirst()
        .ifPresent(path -> violation(
            "update_mask",
            show(path) + " (expected: any of " + String.join(", ", changeable) + ")"));
    if (paths.isEmpty()) {
      message.getAllFields().keySet().stream()
          .map(field -> field.getName())
          .filter(changeable::contains)
          .forEach(paths::add);
    }
    return paths;
  }

  /** A page token that can't be one of this list's. */
  static Refusal invalidPageToken() {
    return Refusal.invalid(
        Reason.PAGE_TOKEN_INVALID,
        List.of(new Violation(
            "page_token",
            "unknown (expected: one that this list gave out, with the same filters)")));
  }

  private static String show(String value) {
    String plain = CONTROL.matcher(value).replaceAll("?");
    int length = plain.codePointCount(0, plain.length());
    return length <= MAX_SHOWN
        ? '"' + plain + '"'
        : '"' + plain.substring(0, plain.offsetByCodePoints(0, MAX_SHOWN)) + "…\" of " + length
            + " characters";
  }
}
