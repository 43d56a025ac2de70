package dev.doorward.secrecy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.doorward.v1.Account;
import dev.doorward.v1.BatchValidateSessionsRequest;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignInWithAccountRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedactedFieldsTest {

  private final RedactedFields fields = new RedactedFields();

  @Test
  void whatIsRedactedIsFoundAndNothingElse() {
    assertThat(found(SignInRequest.newBuilder()
            .setEmail("an address")
            .setPassword("secret")
            .build()))
        .containsExactly("doorward.v1.SignInRequest.password=secret");
    assertThat(found(GetUserRequest.newBuilder().setEmail("an address").build()))
        .isEmpty();
  }

  @Test
  void itIsFoundInListsAndInMessagesWithinMessages() {
    assertThat(found(BatchValidateSessionsRequest.newBuilder()
            .addSessionTokens("one")
            .addSessionTokens("two")
            .build()))
        .containsExactly(
            "doorward.v1.BatchValidateSessionsRequest.session_tokens=one",
            "doorward.v1.BatchValidateSessionsRequest.session_tokens=two");
    assertThat(found(SignUpResponse.newBuilder()
            .setUser(User.newBuilder().setName("Ada"))
            .setSession(Session.newBuilder().setSessionToken("token"))
            .build()))
        .containsExactly("doorward.v1.Session.session_token=token");
    assertThat(found(SignInWithAccountRequest.newBuilder()
            .setAccount(Account.newBuilder().setIdToken("id token").setScope("openid"))
            .build()))
        .containsExactly("doorward.v1.Account.id_token=id token");
  }

  @Test
  void messagesThatHaveThemselvesInThemselvesEnd() {
    assertThat(found(UpdateUserRequest.newBuilder()
            .setUser(User.newBuilder()
                .setMetadata(com.google.protobuf.Struct.newBuilder()
                    .putFields(
                        "key",
                        com.google.protobuf.Value.newBuilder()
                            .setStringValue("value")
                            .build())))
            .build()))
        .isEmpty();
  }

  private List<String> found(Message message) {
    List<String> found = new ArrayList<>();
    fields.read(message, (field, value) -> found.add(field + "=" + value));
    return found;
  }
}
