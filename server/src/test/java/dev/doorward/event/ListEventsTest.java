package dev.doorward.event;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.DeleteUserRequest;
import dev.doorward.v1.Event;
import dev.doorward.v1.EventType;
import dev.doorward.v1.ListEventsRequest;
import dev.doorward.v1.ListEventsResponse;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each test has users of its own, and moves their events by SQL to where it needs them. */
@ExtendWith(DoorwardExtension.class)
class ListEventsTest {

  private static int years;

  private final TestServer server;
  private final int year;

  ListEventsTest(TestServer server) {
    this.server = server;
    this.year = 1800 + years++;
  }

  @Test
  void anEventSaysWhatChangedWhoseItIsAndWhoAskedForIt() {
    User user = server.given().user();
    String session = server
        .sessions()
        .createSession(CreateSessionRequest.newBuilder()
            .setUserId(user.getId())
            .setClientContext(ClientContext.newBuilder().setIpAddress("2001:DB8::0:1"))
            .build())
        .getSession()
        .getId();
    String account = server.given().account(user).getId();

    List<Event> events = all(of(user.getId()));

    assertThat(events.stream()
            .map(event -> event.toBuilder().clearId().clearCreatedAt().build()))
        .containsExactly(
            event(EventType.EVENT_TYPE_ACCOUNT_LINKED, user)
                .setAccountId(account)
                .build(),
            event(EventType.EVENT_TYPE_SESSION_CREATED, user)
                .setSessionId(session)
                .setIpAddress("2001:db8::1")
                .build(),
            event(EventType.EVENT_TYPE_USER_CREATED, user).build());
    assertThat(events.stream().map(Event::getId)).doesNotHaveDuplicates();
    Instant now = Instant.now();
    assertThat(events)
        .allSatisfy(
            event -> assertThat(Instant.ofEpochSecond(event.getCreatedAt().getSeconds()))
                .isBetween(now.minusSeconds(600), now.plusSeconds(600)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 1000})
  void pagesHoldEveryEventOnceTheNewestFirst(int pageSize) {
    String user = newUser();
    insert(user, "USER_UPDATED", 3);
    insert(user, "USER_DISABLED", 1);
    insert(user, "USER_ENABLED", 2);
    insert(newUser(), "USER_DELETED", 2);

    assertThat(types(of(user).setPageSize(pageSize)))
        .containsExactly(
            EventType.EVENT_TYPE_USER_UPDATED,
            EventType.EVENT_TYPE_USER_ENABLED,
            EventType.EVENT_TYPE_USER_DISABLED);
    assertThat(types(onDays(1, 4).setPageSize(pageSize)))
        .containsExactly(
            EventType.EVENT_TYPE_USER_UPDATED,
            EventType.EVENT_TYPE_USER_DELETED,
            EventType.EVENT_TYPE_USER_ENABLED,
            EventType.EVENT_TYPE_USER_DISABLED);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void eventsOfTheSameMomentAreNeitherLostNorDoubled(int pageSize) {
    String user = newUser();
    for (int i = 0; i < 7; i++) {
      insert(user, "USER_UPDATED", 1);
    }

    List<Long> ids = all(of(user).setPageSize(pageSize)).stream()
        .map(e -> Long.parseLong(e.getId()))
        .toList();

    assertThat(ids)
        .hasSize(7)
        .doesNotHaveDuplicates()
        .isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(all(onDays(1, 2).setPageSize(pageSize))).hasSize(7);
  }

  @Test
  void createdAfterIncludesItsMomentAndCreatedBeforeDoesNot() {
    String user = newUser();
    insert(user, "USER_DISABLED", 1);
    insert(user, "USER_ENABLED", 2);

    for (ListEventsRequest.Builder filter : List.of(of(user), of(""))) {
      assertThat(types(between(filter, 1, 2))).containsExactly(EventType.EVENT_TYPE_USER_DISABLED);
      assertThat(types(between(filter, 2, 3))).containsExactly(EventType.EVENT_TYPE_USER_ENABLED);
      assertThat(types(between(filter, 1, 3))).hasSize(2);
      assertThat(types(between(filter, 3, 3))).isEmpty();
    }
  }

  @Test
  void ofADeletedUserStaysThatTheyWereDeleted() {
    User user = server.given().user();
    server
        .users()
        .deleteUser(DeleteUserRequest.newBuilder().setUserId(user.getId()).build());

    assertThat(types(of(user.getId()))).containsExactly(EventType.EVENT_TYPE_USER_DELETED);
  }

  @Test
  void nobodyHasNoEvents() {
    assertThat(all(of("nobody"))).isEmpty();
    assertThat(all(of("ö\u0000" + "x".repeat(100)))).isEmpty();
  }

  @Test
  void noEventHoldsASecret() {
    SignUpResponse somebody = server.given().signedUp();

    String events = all(of(somebody.getUser().getId())).toString();

    assertThat(events)
        .contains(somebody.getSession().getId())
        .doesNotContain(Given.PASSWORD, somebody.getUser().getEmail())
        .doesNotContain(somebody.getSession().getSessionToken());
  }

  @Test
  void aTypeThatOnlyANewerServerKnowsIsUnspecified() {
    String user = newUser();
    insert(user, "USER_FROZEN", 1);

    assertThat(types(of(user))).containsExactly(EventType.EVENT_TYPE_UNSPECIFIED);
  }

  @Test
  void everyTypeHasANumberOfItsOwn() {
    String user = newUser();
    for (dev.doorward.event.EventType type : dev.doorward.event.EventType.values()) {
      insert(user, type.name(), 1);
    }

    assertThat(types(of(user)).stream().map(type -> type.name().replace("EVENT_TYPE_", "")))
        .containsExactlyInAnyOrderElementsOf(List.of(dev.doorward.event.EventType.values()).stream()
            .map(Enum::name)
            .toList());
  }

  @Test
  void aPageHasFiftyEventsUnlessAskedOtherwiseAndTheLastOneSaysSo() {
    String user = newUser();
    for (int i = 0; i < 51; i++) {
      insert(user, "USER_UPDATED", 1);
    }

    ListEventsResponse page = server.events().listEvents(of(user).build());
    assertThat(page.getEventsCount()).isEqualTo(50);
    assertThat(page.getNextPageToken()).isNotEmpty();

    ListEventsResponse full =
        server.events().listEvents(of(user).setPageSize(51).build());
    assertThat(full.getEventsCount()).isEqualTo(51);
    assertThat(full.getNextPageToken()).isEmpty();
  }

  @Test
  void wrongSizesAndTimesAreRefused() {
    assertInvalid(() -> list(ListEventsRequest.newBuilder().setPageSize(-1)), "page_size");
    assertInvalid(() -> list(ListEventsRequest.newBuilder().setPageSize(1001)), "page_size");
    assertInvalid(
        () -> list(ListEventsRequest.newBuilder()
            .setCreatedAfter(Timestamp.newBuilder().setNanos(-1))
            .setCreatedBefore(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))),
        "created_after",
        "created_before");
  }

  @Test
  void aPageTokenIsGoodForItsOwnFiltersAlone() {
    String user = newUser();
    insert(user, "USER_DISABLED", 1);
    insert(user, "USER_ENABLED", 2);
    String token = server.events().listEvents(of(user).setPageSize(1).build()).getNextPageToken();

    assertThat(list(of(user).setPageSize(7).setPageToken(token)).getEventsCount())
        .isOne();
    assertTokenRefused(of(newUser()).setPageToken(token));
    assertTokenRefused(of(user).setPageToken(token + "x"));
    assertTokenRefused(of(user).setPageToken("?"));
  }

  /** Anybody can make one up: the binding is no secret. */
  @Test
  void aPageTokenWithoutAnIdIsNoFaultOfTheServer() {
    String user = newUser();
    insert(user, "USER_DISABLED", 1);
    insert(user, "USER_ENABLED", 2);
    String token = server.events().listEvents(of(user).setPageSize(1).build()).getNextPageToken();
    byte[] bytes = Base64.getUrlDecoder().decode(token);
    bytes[bytes.length - 1] = 'x';

    String forged = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);

    assertThat(list(of(user).setPageToken(forged)).getEventsList())
        .extracting(Event::getType)
        .containsExactly(EventType.EVENT_TYPE_USER_DISABLED);
  }

  private void assertTokenRefused(ListEventsRequest.Builder request) {
    assertRefused(Status.Code.INVALID_ARGUMENT, Reason.PAGE_TOKEN_INVALID, () -> list(request));
  }

  private ListEventsResponse list(ListEventsRequest.Builder request) {
    return server.events().listEvents(request.build());
  }

  private List<EventType> types(ListEventsRequest.Builder request) {
    return all(request).stream().map(Event::getType).toList();
  }

  /** Follows the page tokens to the end. */
  private List<Event> all(ListEventsRequest.Builder request) {
    List<Event> events = new ArrayList<>();
    ListEventsResponse page;
    do {
      page = list(request);
      events.addAll(page.getEventsList());
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    return events;
  }

  private static Event.Builder event(EventType type, User user) {
    return Event.newBuilder().setType(type).setUserId(user.getId()).setCaller("local");
  }

  private static ListEventsRequest.Builder of(String userId) {
    return ListEventsRequest.newBuilder().setUserId(userId);
  }

  private ListEventsRequest.Builder onDays(int from, int to) {
    return between(ListEventsRequest.newBuilder(), from, to);
  }

  private ListEventsRequest.Builder between(ListEventsRequest.Builder request, int from, int to) {
    return request.setPageToken("").setCreatedAfter(day(from)).setCreatedBefore(day(to));
  }

  private static String newUser() {
    return "u" + UUID.randomUUID();
  }

  private void insert(String userId, String type, int day) {
    server
        .rows()
        .change(
            "INSERT INTO event (createdAt, caller, type, userId) VALUES (?, 'local', ?, ?)",
            date(day),
            type,
            userId);
  }

  private String date(int day) {
    return String.format(java.util.Locale.ROOT, "%04d-01-%02d", year, day);
  }

  private Timestamp day(int day) {
    return Timestamp.newBuilder()
        .setSeconds(Instant.parse(date(day) + "T00:00:00Z").getEpochSecond())
        .build();
  }
}
