package dev.doorward.account;

import static dev.doorward.account.AccountMessages.toFullMessage;
import static dev.doorward.account.AccountMessages.toMessage;
import static dev.doorward.rpc.Replies.reply;
import static dev.doorward.rpc.Replies.replyLater;

import com.google.protobuf.Message;
import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Page;
import dev.doorward.rpc.Fields;
import dev.doorward.rpc.PageTokens;
import dev.doorward.session.SessionMessages;
import dev.doorward.user.UserMessages;
import dev.doorward.v1.AccountServiceGrpc.AccountServiceImplBase;
import dev.doorward.v1.AccountView;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.GetAccountRequest;
import dev.doorward.v1.GetAccountResponse;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.LinkAccountResponse;
import dev.doorward.v1.ListAccountsRequest;
import dev.doorward.v1.ListAccountsResponse;
import dev.doorward.v1.ProviderAccountKey;
import dev.doorward.v1.SignInWithAccountRequest;
import dev.doorward.v1.SignInWithAccountResponse;
import dev.doorward.v1.SignInWithIdTokenRequest;
import dev.doorward.v1.SignInWithIdTokenResponse;
import dev.doorward.v1.UnlinkAccountRequest;
import dev.doorward.v1.UnlinkAccountResponse;
import dev.doorward.v1.UpdateAccountRequest;
import dev.doorward.v1.UpdateAccountResponse;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** {@link Accounts}, {@link AccountSignIn} and {@link IdTokenSignIn} over gRPC. */
public final class AccountGrpcService extends AccountServiceImplBase {

  private final Accounts accounts;
  private final AccountSignIn signIn;
  private final IdTokenSignIn idTokenSignIn;
  private final PasswordProvider passwordProvider;

  /** @param passwordProvider the provider that is the server's own, which nobody links by hand */
  public AccountGrpcService(
      Accounts accounts,
      AccountSignIn signIn,
      IdTokenSignIn idTokenSignIn,
      PasswordProvider passwordProvider) {
    this.accounts = accounts;
    this.signIn = signIn;
    this.idTokenSignIn = idTokenSignIn;
    this.passwordProvider = passwordProvider;
  }

  @Override
  public void linkAccount(
      LinkAccountRequest request, StreamObserver<LinkAccountResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(ClientContext.getDefaultInstance());
    String userId = fields.required("account.user_id", request.getAccount().getUserId());
    NewAccount wanted = AccountFields.create(fields, request.getAccount(), passwordProvider);
    Optional<RequestId> requestId = fields.requestId(request, request.getRequestId());
    fields.check();

    Account account = accounts.link(origin, requestId, userId, wanted);

    reply(
        observer,
        LinkAccountResponse.newBuilder().setAccount(toMessage(account)).build());
  }

  @Override
  public void getAccount(GetAccountRequest request, StreamObserver<GetAccountResponse> observer) {
    Fields fields = new Fields();
    ProviderAccountKey key = request.getProviderAccount();
    switch (request.getKeyCase()) {
      case ACCOUNT_ID -> fields.required("account_id", request.getAccountId());
      case PROVIDER_ACCOUNT -> {
        fields.required("provider_account.provider", key.getProvider());
        fields.required("provider_account.provider_account_id", key.getProviderAccountId());
      }
      case KEY_NOT_SET ->
        fields.violation("key", "not set (expected: account_id or provider_account)");
    }
    fields.check();

    Account account = request.hasAccountId()
        ? accounts.get(request.getAccountId())
        : accounts.get(key.getProvider(), key.getProviderAccountId());
    boolean full = request.getView() == AccountView.ACCOUNT_VIEW_FULL;

    reply(
        observer,
        GetAccountResponse.newBuilder()
            .setAccount(full ? toFullMessage(accounts.open(account)) : toMessage(account))
            .build());
  }

  @Override
  public void listAccounts(
      ListAccountsRequest request, StreamObserver<ListAccountsResponse> observer) {
    Fields fields = new Fields();
    String userId = fields.required("user_id", request.getUserId());
    int size = fields.pageSize(request.getPageSize());
    fields.check();
    Message filters = request.toBuilder().clearPageSize().clearPageToken().build();
    Optional<Page.Position> after = PageTokens.read(request.getPageToken(), filters);

    Page<Account> page = accounts.list(userId, after, size);

    ListAccountsResponse.Builder answer =
        ListAccountsResponse.newBuilder().setNextPageToken(PageTokens.write(page, filters));
    page.items().forEach(account -> answer.addAccounts(toMessage(account)));
    reply(observer, answer.build());
  }

  @Override
  public void updateAccount(
      UpdateAccountRequest request, StreamObserver<UpdateAccountResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(ClientContext.getDefaultInstance());
    String id = fields.required("account.id", request.getAccount().getId());
    AccountChanges changes =
        AccountFields.changes(fields, request.getAccount(), request.getUpdateMask());
    fields.check();

    Account account = accounts.update(origin, id, changes);

    reply(
        observer,
        UpdateAccountResponse.newBuilder().setAccount(toMessage(account)).build());
  }

  @Override
  public void unlinkAccount(
      UnlinkAccountRequest request, StreamObserver<UnlinkAccountResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(ClientContext.getDefaultInstance());
    String id = fields.required("account_id", request.getAccountId());
    fields.check();

    accounts.unlink(origin, id, request.getForce());

    reply(observer, UnlinkAccountResponse.getDefaultInstance());
  }

  @Override
  public void signInWithAccount(
      SignInWithAccountRequest request, StreamObserver<SignInWithAccountResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(request.getClientContext());
    NewAccount wanted = AccountFields.create(fields, request.getAccount(), passwordProvider);
    if (!request.getAccount().getUserId().isEmpty()) {
      fields.violation("account.user_id", "set (expected: empty, for the call finds the user)");
    }
    ProviderProfile profile = AccountFields.profile(fields, request.getProfile());
    boolean remember = !request.hasRemember() || request.getRemember();
    Optional<RequestId> requestId = fields.requestId(request, request.getRequestId());
    fields.check();

    AccountSignIn.SignedIn signedIn = signIn.signIn(origin, requestId, wanted, profile, remember);

    reply(
        observer,
        SignInWithAccountResponse.newBuilder()
            .setUser(UserMessages.toMessage(signedIn.user()))
            .setAccount(toMessage(signedIn.account()))
            .setSession(SessionMessages.toMessage(signedIn.opened()))
            .setUserCreated(signedIn.userCreated())
            .build());
  }

  @Override
  public void signInWithIdToken(
      SignInWithIdTokenRequest request, StreamObserver<SignInWithIdTokenResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(request.getClientContext());
    String provider =
        fields.parsed("provider", request.getProvider(), idTokenSignIn::requireProvider);
    String token = AccountFields.givenToken(fields, "id_token", request.getIdToken());
    String nonce = AccountFields.nonce(fields, request.getNonce());
    boolean remember = !request.hasRemember() || request.getRemember();
    Optional<RequestId> requestId = fields.requestId(request, request.getRequestId());
    fields.check();

    CompletionStage<AccountSignIn.SignedIn> signedIn =
        idTokenSignIn.signIn(origin, requestId, provider, token, nonce, remember);

    replyLater(
        observer,
        signedIn,
        done -> SignInWithIdTokenResponse.newBuilder()
            .setUser(UserMessages.toMessage(done.user()))
            .setAccount(toMessage(done.account()))
            .setSession(SessionMessages.toMessage(done.opened()))
            .setUserCreated(done.userCreated())
            .build());
  }
}
