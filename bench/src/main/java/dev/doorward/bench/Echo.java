package dev.doorward.bench;

import dev.doorward.v1.Consistency;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.ValidateSessionResponse;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** The least that a server of grpc-java can do: it reads ValidateSession's request and gives an answer that it was given. */
public final class Echo {

  /** As many as the server's workers. */
  private static final int POOL = 64;

  private Echo() {}

  /** @param arguments {@code event-loop} or {@code pool}, and the directory with the answers of {@link Frames} */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0));
    if (arguments[0].equals("event-loop")) {
      builder.directExecutor();
    } else {
      builder.executor(Executors.newFixedThreadPool(POOL));
    }
    Server server =
        builder.addService(new Service(Path.of(arguments[1]))).build().start();
    System.out.println(server.getPort());
    server.awaitTermination();
  }

  private static final class Service extends SessionServiceGrpc.SessionServiceImplBase {
    private final ValidateSessionResponse cached;
    private final ValidateSessionResponse fresh;

    private Service(Path directory) throws IOException {
      this.cached = read(directory.resolve("cached.reply"));
      this.fresh = read(directory.resolve("fresh.reply"));
    }

    @Override
    public void validateSession(
        ValidateSessionRequest request, StreamObserver<ValidateSessionResponse> observer) {
      observer.onNext(request.getConsistency() == Consistency.CONSISTENCY_FRESH ? fresh : cached);
      observer.onCompleted();
    }

    private static ValidateSessionResponse read(Path file) throws IOException {
      return ValidateSessionResponse.parseFrom(Files.readAllBytes(file));
    }
  }
}
