package dev.doorward.race;

import static dev.doorward.testing.Given.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.Race;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateUserRequest;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class SignUpRaceTest {

  private static final int RUNNERS = 16;

  private final TestServer server;

  SignUpRaceTest(TestServer server) {
    this.server = server;
  }

  @RepeatedTest(5)
  void ofManyWhoSignUpWithOneAddressInDifferentFormsOneGetsIt() {
    String email = "kim.fi." + Given.freeEmail();
    List<String> forms = formsOf(email);
    RowCounts before = RowCounts.of(server.rows());

    Race<SignUpResponse> race =
        Race.of(RUNNERS, runner -> signUp(forms.get(runner % forms.size())));

    User user = race.assertOneAnswered().getUser();
    race.assertOthersRefused(Status.Code.ALREADY_EXISTS, Reason.EMAIL_TAKEN);
    assertThat(user.getEmail()).isEqualTo(email);
    assertThat(RowCounts.of(server.rows()).since(before)).isEqualTo(new RowCounts(1, 1, 1, 3, 0));
    assertThat(server.rows().texts("SELECT type FROM event WHERE userId = ?", user.getId()))
        .containsExactlyInAnyOrder("USER_CREATED", "PASSWORD_SET", "SESSION_CREATED");
    assertThat(server.rows().texts("SELECT email FROM user WHERE id = ?", user.getId()))
        .containsExactly(email);
  }

  @RepeatedTest(5)
  void ofManyWhoWantOneAddressByDifferentCallsOneGetsIt() {
    String email = Given.freeEmail();
    RowCounts before = RowCounts.of(server.rows());

    Race<User> race = Race.of(
        RUNNERS,
        runner -> runner % 2 == 0
            ? server.given().user(User.newBuilder().setEmail(email).build())
            : signUp(email).getUser());

    race.assertOneAnswered();
    race.assertOthersRefused(Status.Code.ALREADY_EXISTS, Reason.EMAIL_TAKEN);
    assertThat(RowCounts.of(server.rows()).since(before).users()).isEqualTo(1);
  }

  @RepeatedTest(5)
  void ofManyWhoBringOneIdOneGetsIt() {
    String id = "id-" + Given.freeEmail();
    RowCounts before = RowCounts.of(server.rows());

    Race<User> race = Race.of(
        RUNNERS,
        runner -> server
            .users()
            .createUser(CreateUserRequest.newBuilder()
                .setUser(User.newBuilder().setId(id).setEmail(Given.freeEmail()))
                .build())
            .getUser());

    race.assertOneAnswered();
    race.assertOthersRefused(Status.Code.ALREADY_EXISTS, Reason.ID_TAKEN);
    assertThat(RowCounts.of(server.rows()).since(before)).isEqualTo(new RowCounts(1, 0, 0, 1, 0));
  }

  private SignUpResponse signUp(String email) {
    return server
        .passwords()
        .signUp(SignUpRequest.newBuilder().setEmail(email).setPassword(PASSWORD).build());
  }

  private static List<String> formsOf(String email) {
    StringBuilder fullWidth = new StringBuilder();
    email.chars().forEach(letter -> fullWidth.appendCodePoint(letter + 0xFEE0));
    return List.of(
        email,
        email.toUpperCase(Locale.ROOT),
        email + "   ",
        "\t" + email,
        email.replace("k", "\u212A"), // The Kelvin sign.
        email.replace("fi", "\uFB01"), // A ligature.
        fullWidth.toString(),
        fullWidth.toString().toUpperCase(Locale.ROOT) + "\u3000");
  }
}
